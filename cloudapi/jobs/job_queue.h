#pragma once
// The job table in memory: which jobs are to be looked at now, which wait and for what.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// What may happen to end a wait: an object or an image (without account) that changed, an instance
// whose agent reported.
struct Event {
  std::string account;
  std::string name;
  auto operator<=>(const Event&) const = default;
};

inline Event SubjectOf(const Job& job) {
  return {.account = job.account, .name = job.subject};
}

// Why a due job goes on later, and when it is looked at again.
struct Wait {
  std::string blocked_on;  // "disk d-… Attaching: the agent of i-… has not reported"
  bool local = false;      // on bytes or a bounded flush of this process, not on others
  std::vector<Event> events;
  std::optional<std::chrono::steady_clock::time_point>
      again;  // at the latest; nullopt: events only
};

// The work of Take grows with the jobs that it returns, not with those that wait. One thread at a
// time.
class JobQueue {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Add(const Job& job);
  void Remove(std::int64_t id);
  void Clear();

  // At most `limit` jobs to look at, in (due, id) order: due, and not waiting or woken. Each is
  // then parked or removed.
  std::vector<Job> Take(SysMillis now, SteadyTime steady, std::size_t limit);
  // Of a job that was taken; does nothing when it was removed meanwhile.
  void Park(std::int64_t id, Wait wait);
  void Wake(const Event& event);

  // Due time of the earliest job later than `now` that does not wait.
  std::optional<SysMillis> NextDue(SysMillis now) const;
  // When the next waiting job is looked at without an event.
  std::optional<SteadyTime> NextLook() const;
  bool HasLocalWait() const;
  // What the waiting jobs that are due at `now` are blocked on, in (due, id) order.
  std::vector<std::string> BlockedOn(SysMillis now) const;

 private:
  struct Entry {
    Job job;
    std::optional<Wait> wait;
  };
  using Order = std::pair<SysMillis, std::int64_t>;  // due, id
  using Entries = std::map<std::int64_t, Entry>;

  void EndWait(Entry& entry);
  void WakeOverdue(SteadyTime steady);

  Entries entries_;
  std::set<Order> runnable_;  // neither waiting nor taken
  std::set<std::pair<Event, std::int64_t>> by_event_;
  std::set<std::pair<SteadyTime, std::int64_t>> by_time_;
  std::size_t local_ = 0;  // waits that are local
};

}  // namespace cloudapi
