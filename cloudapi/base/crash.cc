#include "cloudapi/base/crash.h"

#include <unistd.h>

#include <atomic>
#include <charconv>

namespace cloudapi {
namespace {

constexpr int kStatus = 137;  // what a shell reports after kill -9

struct Armed {
  std::atomic<const std::string_view*> name = nullptr;  // of a table, which lives for ever
  std::atomic<int> passes_left = 0;
};

Armed& TheArmed() {
  static Armed armed;
  return armed;
}

}  // namespace

bool ArmCrashPoint(std::span<const std::string_view> table, std::string_view name_and_count) {
  const auto colon = name_and_count.find(':');
  const auto name = name_and_count.substr(0, colon);
  int count = 1;
  if (colon != std::string_view::npos) {
    const auto digits = name_and_count.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), count);
    if (error != std::errc() || end != digits.end() || count < 1) return false;
  }
  const auto found = std::ranges::find(table, name);
  if (found == table.end()) return false;
  DisarmCrashPoint();
  TheArmed().passes_left = count;
  TheArmed().name = &*found;
  return true;
}

void DisarmCrashPoint() {
  TheArmed().name = nullptr;
}

void CrashPoint(CrashName name) {
  const std::string_view* armed = TheArmed().name;
  if (armed == nullptr || name.Text() != *armed) return;
  if (--TheArmed().passes_left == 0) _exit(kStatus);  // no destructors, no flush
}

}  // namespace cloudapi
