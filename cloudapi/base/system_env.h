#pragma once
// The machine's clocks and randomness, and the cloud's settable clock.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <optional>
#include <random>

#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"

namespace cloudapi {

// Thread-safe. With a seed the random numbers are the same in every run.
class SystemEnv final : public Env, public CloudClock {
 public:
  explicit SystemEnv(std::optional<std::uint64_t> seed = std::nullopt);

  SysMillis CloudNow() override ABSL_LOCKS_EXCLUDED(mutex_);
  SysMillis WallNow() override;
  std::chrono::steady_clock::time_point Steady() override;
  std::uint64_t Random() override ABSL_LOCKS_EXCLUDED(mutex_);

  ClockState Get() override ABSL_LOCKS_EXCLUDED(mutex_);
  void Set(const ClockState& state) override ABSL_LOCKS_EXCLUDED(mutex_);
  void AdvanceTo(SysMillis time) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  ClockState clock_ ABSL_GUARDED_BY(mutex_);
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
