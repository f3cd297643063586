#include "cloudapi/base/steady_cond_var.h"

#include <algorithm>

namespace cloudapi {
namespace {

// Far below the range of the clock, so that the deadline cannot overflow.
constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(1);

// The standard library's names for a mutex of Abseil's.
class StandardLock {
 public:
  explicit StandardLock(absl::Mutex& mutex) : mutex_(mutex) {}
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Lock(); }
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }

 private:
  absl::Mutex& mutex_;
};

}  // namespace

void SteadyCondVar::WaitFor(absl::Mutex& mutex, std::chrono::nanoseconds at_most) {
  StandardLock lock(mutex);
  changed_.wait_for(lock, std::clamp(at_most, std::chrono::nanoseconds(0), kLongest));
}

}  // namespace cloudapi
