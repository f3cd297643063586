#include "common/base/signals.h"

#include <pthread.h>

namespace base {

StopSignals::StopSignals() {
  ::sigemptyset(&set_);
  ::sigaddset(&set_, SIGTERM);
  ::sigaddset(&set_, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int StopSignals::Wait() const {
  int signal = 0;
  ::sigwait(&set_, &signal);
  return signal;
}

bool StopSignals::WaitFor(std::chrono::milliseconds limit) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec timeout{.tv_sec = seconds.count(),
                         .tv_nsec = std::chrono::nanoseconds(limit - seconds).count()};
  return ::sigtimedwait(&set_, nullptr, &timeout) > 0;
}

}  // namespace base
