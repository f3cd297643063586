#include "common/base/time.h"

#include <fmt/chrono.h>

namespace base {

std::string FormatTime(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

}  // namespace base
