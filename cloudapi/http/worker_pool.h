#pragma once
// A few threads that answer requests, with spares for those that wait inside a BlockingScope.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "cloudapi/base/blocking.h"

namespace cloudapi {

struct WorkerLimits {
  int workers = 4;       // that run at the same time
  int in_commits = 256;  // further ones that wait for a commit
  int in_polls = 256;    // further ones that wait in a long poll
};

// Thread-safe. Threads start when they are needed and stay until Stop, so there are at most
// workers + in_commits + in_polls. A scope beyond its limit keeps its worker's place.
class WorkerPool final : private BlockingObserver {
 public:
  explicit WorkerPool(WorkerLimits limits) : limits_(limits) {}
  ~WorkerPool() { Stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on a worker. Dropped after Stop.
  void Post(std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets running work end, drops what is queued, joins. Not from a worker.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  std::size_t Threads() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool MayTake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Wakes or starts a thread for work that may be taken now.
  void Staff() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool EnterWait(BlockingScope::Why why) override ABSL_LOCKS_EXCLUDED(mutex_);
  void LeaveWait(BlockingScope::Why why) override ABSL_LOCKS_EXCLUDED(mutex_);
  int& Waiting(BlockingScope::Why why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const WorkerLimits limits_;
  mutable absl::Mutex mutex_;
  absl::CondVar work_or_stop_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;  // not counting those inside a scope
  std::size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_commits_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_polls_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cloudapi
