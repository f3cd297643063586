#include "cloudapi/base/system_env.h"

#include <algorithm>

namespace cloudapi {
namespace {

std::mt19937_64 Engine(std::optional<std::uint64_t> seed) {
  if (seed) return std::mt19937_64(*seed);
  std::random_device device;
  std::seed_seq sequence{device(), device(), device(), device()};
  return std::mt19937_64(sequence);
}

}  // namespace

SystemEnv::SystemEnv(std::optional<std::uint64_t> seed) : random_(Engine(seed)) {}

SysMillis SystemEnv::CloudNow() {
  const absl::MutexLock lock(&mutex_);
  return clock_.frozen ? clock_.frozen_at : WallNow() + clock_.offset;
}

SysMillis SystemEnv::WallNow() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemEnv::Steady() {
  return std::chrono::steady_clock::now();
}

std::uint64_t SystemEnv::Random() {
  const absl::MutexLock lock(&mutex_);
  return random_();
}

ClockState SystemEnv::Get() {
  const absl::MutexLock lock(&mutex_);
  return clock_;
}

void SystemEnv::Set(const ClockState& state) {
  const absl::MutexLock lock(&mutex_);
  clock_ = state;
}

void SystemEnv::AdvanceTo(SysMillis time) {
  const absl::MutexLock lock(&mutex_);
  if (clock_.frozen) {
    clock_.frozen_at = std::max(clock_.frozen_at, time);
  } else {
    clock_.offset = std::max(clock_.offset, time - WallNow());
  }
}

}  // namespace cloudapi
