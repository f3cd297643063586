#include "cloudapi/system_env.h"

namespace cloudapi {
namespace {

std::uint64_t FreshSeed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) ^ device();
}

}  // namespace

SystemEnv::SystemEnv(std::optional<std::uint64_t> seed) : random_(seed ? *seed : FreshSeed()) {}

SysMillis SystemEnv::WallNow() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

SysMillis SystemEnv::CloudNow() {
  const SysMillis wall = WallNow();
  const absl::MutexLock lock(&mutex_);
  return clock_.frozen ? clock_.frozen_at : wall + clock_.offset;
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

}  // namespace cloudapi
