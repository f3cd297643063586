#pragma once
// At most two threads that copy bytes for the jobs.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include "cloudapi/base/result.h"

namespace cloudapi {

// Thread-safe.
class ByteWorkers {
 public:
  // Answers bytes; should end early, with a failure, when a stop is requested.
  using Work = std::function<Result<std::int64_t>(const std::stop_token&)>;

  // `on_done` is called on a worker after each work; must not block.
  explicit ByteWorkers(std::function<void()> on_done);
  // Asks running work to stop and waits for it; what is queued is dropped.
  ~ByteWorkers();
  ByteWorkers(const ByteWorkers&) = delete;
  ByteWorkers& operator=(const ByteWorkers&) = delete;

  // The result of the work named `key`, which is started at the first call; nothing until it is
  // done. The result is kept until Forget, so that asking again never repeats the work.
  std::optional<Result<std::int64_t>> Run(std::int64_t key, Work work);
  void Forget(std::int64_t key);
  // Waits until nothing runs; what is queued is dropped and all results are forgotten.
  void Drain();

 private:
  struct Task {
    std::int64_t key = 0;
    Work work;
  };
  void Loop(const std::stop_token& stop);

  const std::function<void()> on_done_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  std::set<std::int64_t> started_ ABSL_GUARDED_BY(mutex_);  // queued, running or done
  std::map<std::int64_t, Result<std::int64_t>> done_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::stop_source stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace cloudapi
