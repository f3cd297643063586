#pragma once
// The settable half of the cloud's clock.
#include <chrono>

#include "cloudapi/base/env.h"

namespace cloudapi {

// Where the cloud's clock stands. Real: the machine's time plus the offset. Frozen: stands still at
// `frozen_at`, and the offset only tells how far that is from the machine's time.
struct ClockState {
  bool frozen = false;
  std::chrono::milliseconds offset{0};
  SysMillis frozen_at{};
  bool operator==(const ClockState&) const = default;
};

// The settable half of Env::CloudNow. Thread-safe. The system's Env implements it.
class CloudClock {
 public:
  virtual ~CloudClock() = default;
  virtual ClockState Get() = 0;
  virtual void Set(const ClockState& state) = 0;
  // Stands or runs on from `time`, in the mode that it has; a clock that is there already or later
  // stays as it is.
  virtual void AdvanceTo(SysMillis time) = 0;
};

}  // namespace cloudapi
