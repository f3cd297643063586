#pragma once
// An Env whose clocks stand until a test moves them and whose random numbers count up.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"

namespace cloudapi {

// Thread-safe. Starts on 2024-01-01T00:00:00Z.
class FakeEnv final : public Env, public CloudClock {
 public:
  SysMillis CloudNow() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return cloud_;
  }
  SysMillis WallNow() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return wall_;
  }
  std::chrono::steady_clock::time_point Steady() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return steady_;
  }
  std::uint64_t Random() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return ++random_;
  }

  ClockState Get() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return clock_;
  }
  void Set(const ClockState& state) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    clock_ = state;
    cloud_ = state.frozen ? state.frozen_at : wall_ + state.offset;
  }
  void AdvanceTo(SysMillis time) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    cloud_ = std::max(cloud_, time);
    if (clock_.frozen) clock_.frozen_at = cloud_;
    clock_.offset = clock_.frozen ? clock_.offset : cloud_ - wall_;
  }

  // All three clocks go on together.
  void Advance(std::chrono::milliseconds by) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    cloud_ += by;
    wall_ += by;
    steady_ += by;
  }
  void SetCloud(SysMillis now) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    cloud_ = now;
  }
  void SetWall(SysMillis now) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    wall_ = now;
  }

 private:
  static constexpr SysMillis kStart = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);

  absl::Mutex mutex_;
  SysMillis cloud_ ABSL_GUARDED_BY(mutex_) = kStart;
  SysMillis wall_ ABSL_GUARDED_BY(mutex_) = kStart;
  std::chrono::steady_clock::time_point steady_ ABSL_GUARDED_BY(mutex_);
  ClockState clock_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t random_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace cloudapi
