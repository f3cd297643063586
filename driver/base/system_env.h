#pragma once
// The real clock.
#include <mutex>
#include <random>

#include "driver/base/clock.h"

namespace driver {

// Thread-safe.
class SystemClock : public Clock {
 public:
  SystemClock();
  Instant Now() override;
  std::chrono::system_clock::time_point WallNow() override;
  void SleepUntil(Instant when) override;
  std::uint64_t Random() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // guarded by mutex_
};

}  // namespace driver
