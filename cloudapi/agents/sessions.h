#pragma once
// The cloud's memory of its agents: who polled when and what they hold. Lost at a restart, learnt
// again from the next reports.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudapi/agent_protocol/protocol.h"
#include "cloudapi/agents/disk_series.h"
#include "cloudapi/base/env.h"
#include "cloudapi/base/steady_cond_var.h"
#include "cloudapi/jobs/agent_reports.h"

namespace cloudapi {

// Thread-safe.
class AgentSessions : public AgentReports {
 public:
  explicit AgentSessions(Env& env);

  // The instance's session from now on: `wanted` again if it is the present one, else a new one.
  std::string Open(const InstanceKey& instance, const std::string& wanted);
  // Whose session that is: it names its account, so that the same id in another account is another
  // instance. nullopt: no session of this cloud looks like that.
  static std::optional<InstanceKey> InstanceOf(std::string_view instance_id,
                                               std::string_view session);
  bool IsCurrent(const InstanceKey& instance, std::string_view session);
  // Whether the instance has a session at all: another one than asked for means that a newer agent
  // took over, none that the cloud was restarted.
  bool Has(const InstanceKey& instance);
  bool Any();
  void WakeAll();

  // Marks the time of a poll and answers the revision; waits while it is `after`, until `deadline`.
  std::int64_t Poll(const InstanceKey& instance, std::int64_t after,
                    std::chrono::steady_clock::time_point deadline);
  // What was answered for which revision, so that a report can be compared with it.
  void Answered(const InstanceKey& instance, const WantedSet& wanted);
  void Report(const InstanceKey& instance, const ObservedSet& observed);
  // The flush ticket that waits for the disk, 0: none.
  std::uint64_t FlushTicket(const InstanceKey& instance, const std::string& disk);
  // The freeze that is asked for of the disk, 0: none.
  std::uint64_t FreezeTicket(const InstanceKey& instance, const std::string& disk);
  // Instances that were last told to hold the disk.
  std::set<InstanceKey> Holders(const std::string& account, const std::string& disk);
  // The instance is no more; an agent that still runs registers anew.
  void Forget(const InstanceKey& instance);
  // What each agent reported last; those that have not reported yet are missing.
  std::map<InstanceKey, std::vector<PresentDisk>> AllPresent();
  // What the disks did, as far as reports tell.
  const DiskActivity& Activity() const { return series_; }
  // Ends all present and future waits.
  void Stop();

  Presence Of(const InstanceKey& instance, std::string_view disk, std::int64_t generation) override;
  std::int64_t DeviceBytes(const InstanceKey& instance, std::string_view disk) override;
  std::chrono::steady_clock::time_point LeaseEnd(const InstanceKey& instance) override;
  std::uint64_t RequestFlush(const InstanceKey& instance, std::string_view disk) override;
  bool Flushed(const InstanceKey& instance, std::string_view disk, std::uint64_t ticket) override;
  std::uint64_t RequestFreeze(const InstanceKey& instance, std::string_view disk) override;
  FreezeState FreezeOf(const InstanceKey& instance, std::string_view disk,
                       std::uint64_t ticket) override;
  void EndFreeze(const InstanceKey& instance, std::string_view disk, std::uint64_t ticket) override;
  void Wake(const InstanceKey& instance) override;
  void ForgetAll() override;
  void OnReport(std::function<void(const InstanceKey&)> listener) override;

 private:
  struct Freeze {
    std::uint64_t ticket = 0;
    bool seen = false;  // reported as frozen once
  };
  struct Session {
    std::string token;
    std::int64_t revision = 1;
    std::chrono::steady_clock::time_point last_poll;
    std::optional<WantedSet> answered;
    std::optional<ObservedSet> observed;
    bool acted = false;  // `observed` is what the agent made of `answered`
    std::map<std::string, std::uint64_t, std::less<>> flushes;  // disk → ticket asked for
    std::map<std::string, Freeze, std::less<>> freezes;         // by disk
  };
  Session* FindSession(const InstanceKey& instance) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What the devices did since the report before.
  void AddActivity(const InstanceKey& instance, const Session& session,
                   const ObservedSet& observed);
  const PresentDisk* FindPresent(const InstanceKey& instance, std::string_view disk)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Env& env_;
  const std::chrono::steady_clock::time_point started_;
  DiskSeries series_;
  absl::Mutex mutex_;
  SteadyCondVar changed_;
  std::map<InstanceKey, Session> sessions_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t last_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void(const InstanceKey&)> on_report_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
