#pragma once
// The thread behind Jobs: runs passes over the due jobs, and everything else that must not happen
// during a pass.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/jobs/copy_pool.h"
#include "cloudapi/jobs/job_inbox.h"
#include "cloudapi/jobs/job_queue.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/jobs/steps.h"

namespace cloudapi {

class Jobs::Runner {
 public:
  explicit Runner(JobsDeps deps);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void Start() ABSL_LOCKS_EXCLUDED(pass_mutex_);
  void Stop();
  void Wake() { inbox_.Wake(); }
  Settled AdvanceTo(SysMillis target, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(pass_mutex_);
  void AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most) {
    inbox_.AwaitEnd(jobs, at_most);
  }
  std::vector<std::string> WithdrawAll(bool force, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(pass_mutex_);
  void EraseEverything() ABSL_LOCKS_EXCLUDED(pass_mutex_);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Ready {
    Job job;
    std::function<void(Tx&)> commit;
    std::string source;  // snapshot that the job's disk was made from
  };

  void Loop(const std::stop_token& stop);
  // Runs the due jobs that do not wait. Returns whether there was any.
  bool Pass() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void TakeNews() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  std::vector<Job> ReadJobs();
  void RunBatch(std::span<const Job> jobs) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void CommitBatch(const std::vector<Ready>& ready) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  // The database refused: tried again later.
  void Postpone(const Job& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  // Until the next job is due or looked at again.
  std::chrono::milliseconds TimeToNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  // Passes until nothing goes on; jobs that wait for bytes or a flush are waited for.
  void Settle(SteadyTime deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void WaitForWake(std::uint64_t seen, SteadyTime deadline);

  std::vector<std::string> DisksOnAgents();
  std::vector<InstanceKey> AgentInstances();
  void DetachAllFrom(const InstanceKey& key);
  std::vector<std::string> WaitUntilReleased(SteadyTime deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void RemoveOrphans() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  void EraseImages() ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);

  JobsDeps deps_;
  JobInbox inbox_;
  absl::Mutex pass_mutex_;
  Steps steps_ ABSL_GUARDED_BY(pass_mutex_);
  JobQueue queue_ ABSL_GUARDED_BY(pass_mutex_);
  CopyPool copies_;  // ends before what it tells
  std::jthread thread_;
};

}  // namespace cloudapi
