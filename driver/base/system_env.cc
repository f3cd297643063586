#include "driver/base/system_env.h"

#include <thread>

namespace driver {
namespace {

std::mt19937_64 SeededEngine() {
  std::random_device source;
  std::seed_seq seed{source(), source(), source(), source()};
  return std::mt19937_64(seed);
}

}  // namespace

SystemClock::SystemClock() : engine_(SeededEngine()) {}

Instant SystemClock::Now() {
  return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point SystemClock::WallNow() {
  return std::chrono::system_clock::now();
}

void SystemClock::SleepUntil(Instant when) {
  std::this_thread::sleep_until(when);
}

std::uint64_t SystemClock::Random() {
  const std::lock_guard lock(mutex_);
  return engine_();
}

}  // namespace driver
