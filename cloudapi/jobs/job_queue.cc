#include "cloudapi/jobs/job_queue.h"

#include <algorithm>
#include <limits>

namespace cloudapi {

void JobQueue::Add(const Job& job) {
  if (entries_.try_emplace(job.id, Entry{.job = job}).second) runnable_.emplace(job.due, job.id);
}

void JobQueue::Remove(std::int64_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  EndWait(found->second);
  runnable_.erase({found->second.job.due, id});
  entries_.erase(found);
}

void JobQueue::Clear() {
  entries_.clear();
  runnable_.clear();
  by_event_.clear();
  by_time_.clear();
  local_ = 0;
}

// The job may run again if it waited.
void JobQueue::EndWait(Entry& entry) {
  if (!entry.wait) return;
  const std::int64_t id = entry.job.id;
  for (const Event& event : entry.wait->events) by_event_.erase({event, id});
  if (entry.wait->again) by_time_.erase({*entry.wait->again, id});
  if (entry.wait->local) --local_;
  entry.wait.reset();
  runnable_.emplace(entry.job.due, id);
}

void JobQueue::WakeOverdue(SteadyTime steady) {
  while (!by_time_.empty() && by_time_.begin()->first <= steady) {
    EndWait(entries_.at(by_time_.begin()->second));
  }
}

std::vector<Job> JobQueue::Take(SysMillis now, SteadyTime steady, std::size_t limit) {
  WakeOverdue(steady);
  std::vector<Job> taken;
  while (!runnable_.empty() && runnable_.begin()->first <= now && taken.size() < limit) {
    taken.push_back(entries_.at(runnable_.begin()->second).job);
    runnable_.erase(runnable_.begin());
  }
  return taken;
}

void JobQueue::Park(std::int64_t id, Wait wait) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  for (const Event& event : wait.events) by_event_.emplace(event, id);
  if (wait.again) by_time_.emplace(*wait.again, id);
  if (wait.local) ++local_;
  found->second.wait = std::move(wait);
}

void JobQueue::Wake(const Event& event) {
  while (true) {
    const auto next = by_event_.lower_bound({event, std::numeric_limits<std::int64_t>::min()});
    if (next == by_event_.end() || next->first != event) return;
    EndWait(entries_.at(next->second));
  }
}

std::optional<SysMillis> JobQueue::NextDue(SysMillis now) const {
  const auto next = runnable_.upper_bound({now, std::numeric_limits<std::int64_t>::max()});
  if (next == runnable_.end()) return std::nullopt;
  return next->first;
}

std::optional<JobQueue::SteadyTime> JobQueue::NextLook() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

bool JobQueue::HasLocalWait() const {
  return local_ > 0;
}

std::vector<std::string> JobQueue::BlockedOn(SysMillis now) const {
  std::map<Order, std::string> blocked;
  for (const auto& [id, entry] : entries_) {
    if (entry.wait && entry.job.due <= now) {
      blocked.emplace(Order(entry.job.due, id), entry.wait->blocked_on);
    }
  }
  std::vector<std::string> texts;
  for (auto& [order, text] : blocked) texts.push_back(std::move(text));
  return texts;
}

}  // namespace cloudapi
