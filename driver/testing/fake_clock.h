#pragma once
// A clock set by hand. Sleeping moves it, so waits in tests take no time.
#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "driver/base/clock.h"

namespace driver {

// Thread-safe.
class FakeClock : public Clock {
 public:
  Instant Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  // Far in the future: gRPC deadlines given relative to it never end by themselves.
  std::chrono::system_clock::time_point WallNow() override {
    const std::lock_guard lock(mutex_);
    return std::chrono::system_clock::time_point(std::chrono::hours(24 * 365 * 100)) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - Instant{});
  }
  void SleepUntil(Instant when) override {
    const std::lock_guard lock(mutex_);
    now_ = std::max(now_, when);
  }
  std::uint64_t Random() override {
    const std::lock_guard lock(mutex_);
    return ++drawn_;
  }
  void Advance(Duration by) { SleepUntil(Now() + by); }

 private:
  std::mutex mutex_;
  Instant now_{std::chrono::hours(1)};
  std::uint64_t drawn_ = 0;
};

}  // namespace driver
