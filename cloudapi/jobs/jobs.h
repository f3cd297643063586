#pragma once
// Runs what takes time: rows of the job table, each a step that completes when its due time on the
// cloud's clock has passed and its real work (bytes, the agent's report) is done.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/jobs/copy_pool.h"
#include "cloudapi/jobs/job_inbox.h"
#include "cloudapi/jobs/job_queue.h"
#include "cloudapi/jobs/steps.h"

namespace cloudapi {

// What pends, each as "disk d-… Attaching: the agent of i-… has not reported its device".
struct Settled {
  bool settled = true;
  std::vector<std::string> pending;
};

// Thread-safe. One thread runs the steps, at most two more copy bytes. Every step may be repeated
// after a crash at any point.
class Jobs {
 public:
  // Listens to the store's jobs and the agents' reports; so construct it before the first write.
  explicit Jobs(JobsDeps deps);
  // Stops: the running step is finished, copies are abandoned (a restart repeats them).
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Removes what a crash left in the blocks folder, then runs what is due.
  void Start() ABSL_LOCKS_EXCLUDED(pass_mutex_);
  void Stop();
  // Due times are looked at again: the clock was set. Never blocks.
  void Wake() { inbox_.Wake(); }

  // Moves the clock to `target` step by step, never back: every step due on the way runs in (due,
  // id) order with the clock standing at its due time. Then waits for real work (bytes, agents) of
  // the steps that came due, `at_most`.
  Settled AdvanceTo(SysMillis target, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(pass_mutex_);
  // Waits until nothing is under way for the objects of these jobs, `at_most`. What waits for a
  // date does not count.
  void AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most) {
    inbox_.AwaitEnd(jobs, at_most);
  }
  // Takes every data disk away from instances that have an agent and waits until the agents report
  // them gone, `at_most`. With `force` those that remain are fenced. Returns the ids still held.
  std::vector<std::string> WithdrawAll(bool force, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(pass_mutex_);
  // Drops all rows through the writer and all images, and forgets agents' sessions.
  void EraseEverything() ABSL_LOCKS_EXCLUDED(pass_mutex_);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Ready {
    Job job;
    std::function<void(Tx&)> commit;
    std::string source;  // snapshot whose bytes the job's disk or copy gets
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
