#pragma once
// At most two threads that copy bytes for the jobs.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/base/result.h"

namespace cloudapi {

// Copies are known by the image that they make, so that whoever removes that image can end its copy
// before. Thread-safe.
class CopyPool {
 public:
  // Returns a number of bytes; must end early, with a failure, when a stop is requested.
  using Copy = std::function<Result<std::int64_t>(const std::stop_token&)>;
  using Done = std::optional<Result<std::int64_t>>;

  // `on_done` is called on a worker after each copy, with its image; must not block.
  explicit CopyPool(std::function<void(const std::string& image)> on_done);
  // Asks running copies to stop and waits for them; what is queued is dropped.
  ~CopyPool();
  CopyPool(const CopyPool&) = delete;
  CopyPool& operator=(const CopyPool&) = delete;

  // The result of the copy that makes `image`, which is started at the first call; nullopt until it
  // is done. The result is kept until Cancel, so that asking again never repeats the copy.
  Done Run(const std::string& image, Copy copy) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the copy and drops its result. Returns whether nothing makes `image` any more; otherwise
  // on_done follows.
  bool Cancel(const std::string& image) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until nothing runs; what is queued is dropped and all results are forgotten.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    Copy copy;  // empty once it runs
    std::stop_source stop;
    bool running = false;
    bool cancelled = false;
    Done result;
  };
  void Loop();
  bool IsAtRest() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::function<void(const std::string& image)> on_done_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);  // by image
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace cloudapi
