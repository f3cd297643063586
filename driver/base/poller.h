#pragma once
// Looking again at something that changes elsewhere, never beyond the caller's deadline.
#include <string>

#include "driver/base/clock.h"
#include "driver/base/result.h"

namespace driver {

// Growing pauses between two looks: 50 ms to 1 s.
class Poller {
 public:
  Poller(Clock& clock, const Deadline& deadline);
  // Sleeps; returns false at once when the pause would not end before the deadline or the caller
  // has gone.
  bool Pause();

 private:
  Clock& clock_;
  const Deadline& deadline_;
  Backoff backoff_;
};

// The error of a wait that the deadline ended; `what` is the state last seen.
RpcError DeadlineExceeded(std::string what);

}  // namespace driver
