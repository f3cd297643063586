#include "driver/base/crash.h"

#include <unistd.h>

#include <atomic>
#include <charconv>

namespace driver {
namespace {

struct Armed {
  std::string name;
  std::atomic<int> passes_left = 0;
};

Armed& TheArmed() {
  static Armed armed;
  return armed;
}

}  // namespace

bool ArmCrashPoint(std::string_view name_and_count) {
  const auto colon = name_and_count.find(':');
  const auto name = name_and_count.substr(0, colon);
  int count = 1;
  if (colon != std::string_view::npos) {
    const auto digits = name_and_count.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), count);
    if (error != std::errc() || end != digits.end() || count < 1) return false;
  }
  if (std::ranges::find(kCrashPoints, name) == kCrashPoints.end()) return false;
  TheArmed().name = name;
  TheArmed().passes_left = count;
  return true;
}

void CrashPoint(CrashName name) {
  if (name.Text() != TheArmed().name) return;
  if (--TheArmed().passes_left == 0) _exit(137);  // as after kill -9: no destructors, no flush
}

}  // namespace driver
