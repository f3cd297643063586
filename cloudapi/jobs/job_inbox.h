#pragma once
// What other threads tell the one that runs the jobs, and what they may wait for.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/base/steady_cond_var.h"
#include "cloudapi/jobs/job_queue.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// Thread-safe.
class JobInbox {
 public:
  explicit JobInbox(Env& env) : env_(env) {}

  // A committed transaction's. None of these blocks.
  void Tell(const JobChanges& changes) ABSL_LOCKS_EXCLUDED(mutex_);
  void Tell(const Event& event) ABSL_LOCKS_EXCLUDED(mutex_);
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

  struct News {
    JobChanges jobs;
    std::vector<Event> events;
  };
  // What was told since the last call, in its order.
  News Take() ABSL_LOCKS_EXCLUDED(mutex_);

  // How often something was told so far.
  std::uint64_t Wakes() ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until there are more than `seen`, at most `at_most`.
  void WaitForWake(std::uint64_t seen, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Jobs::AwaitEnd.
  void AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool IsUnderWay(const std::vector<Job>& jobs) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Woken() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Env& env_;
  absl::Mutex mutex_;
  SteadyCondVar changed_;
  News news_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t wakes_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many jobs there are about each object, without those that wait for a date.
  std::map<Event, int> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
