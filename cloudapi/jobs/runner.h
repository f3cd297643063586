#pragma once
// The thread behind Jobs: runs passes over the due jobs, and everything else that must not happen
// during a pass.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/jobs/byte_workers.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/jobs/steps.h"

namespace cloudapi {

class Jobs::Runner {
 public:
  explicit Runner(JobsParts parts);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void Start();
  void Stop();
  void Wake() ABSL_LOCKS_EXCLUDED(wake_mutex_);
  Settled AdvanceTo(SysMillis target, const std::function<void(SysMillis)>& move_clock,
                    std::chrono::milliseconds at_most) ABSL_LOCKS_EXCLUDED(pass_mutex_);
  std::vector<std::string> WithdrawAll(bool force, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(pass_mutex_);
  void EraseEverything() ABSL_LOCKS_EXCLUDED(pass_mutex_);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Loop(const std::stop_token& stop);
  // Runs every due job as far as it goes now. Answers whether anything was committed.
  bool Pass() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  bool RunBatch(std::span<const Job> jobs) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  // Passes until only waiting jobs are due; those that wait for bytes or a flush are waited for.
  void Settle(SteadyTime deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  bool WaitsInProcess() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  // Due time of the next job later than now, at most `target`.
  std::optional<SysMillis> NextStop(SysMillis target) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  std::vector<std::string> DisksOnAgents();
  void DetachAllFrom(const InstanceKey& key);
  std::vector<std::string> WaitUntilReleased(SteadyTime deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void RemoveOrphans();
  void EraseImages();
  // Waits for a wake after `seen`, at most `at_most`. Answers the present count of wakes.
  std::uint64_t WaitForWake(std::uint64_t seen, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(wake_mutex_);
  std::uint64_t Wakes() ABSL_LOCKS_EXCLUDED(wake_mutex_);

  struct Waiting {
    std::string what;
    bool in_process = false;
  };

  JobsParts parts_;
  absl::Mutex pass_mutex_;
  Steps steps_ ABSL_GUARDED_BY(pass_mutex_);
  std::map<std::int64_t, Waiting> waiting_ ABSL_GUARDED_BY(pass_mutex_);  // due jobs by id
  absl::Mutex wake_mutex_;
  absl::CondVar woken_;
  std::uint64_t wakes_ ABSL_GUARDED_BY(wake_mutex_) = 0;
  ByteWorkers workers_;  // ends before what it wakes
  std::jthread thread_;
};

}  // namespace cloudapi
