#include "driver/base/clock.h"

#include <algorithm>

namespace driver {

Instant AnswerBefore(Instant now, Duration remaining) {
  const Duration margin = std::min<Duration>(std::chrono::seconds(1), remaining / 10);
  return now + std::max(Duration::zero(), remaining - margin);
}

Duration Backoff::Next() {
  const Duration pause = next_;
  next_ = std::min(next_ * 2, longest_);
  return pause;
}

}  // namespace driver
