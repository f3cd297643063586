#pragma once
// Timed waits on the steady clock. Abseil's are on the wall clock: one that is set ends them early
// or prolongs them by the difference.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <condition_variable>

namespace cloudapi {

// Thread-safe.
class SteadyCondVar {
 public:
  // Releases `mutex`, waits for SignalAll or until `at_most` has passed, and locks `mutex` again.
  // May return early.
  void WaitFor(absl::Mutex& mutex, std::chrono::nanoseconds at_most)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void SignalAll() { changed_.notify_all(); }

 private:
  std::condition_variable_any changed_;
};

}  // namespace cloudapi
