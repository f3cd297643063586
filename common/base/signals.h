#pragma once
#include <chrono>
#include <csignal>

namespace base {

// SIGTERM and SIGINT as something to wait for, instead of handlers. Make it before threads start:
// they inherit that the two are blocked.
class StopSignals {
 public:
  StopSignals();

  // Returns the signal that came.
  int Wait() const;
  // Whether one came within `limit`.
  bool WaitFor(std::chrono::milliseconds limit) const;

 private:
  sigset_t set_{};
};

}  // namespace base
