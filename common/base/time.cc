#include "common/base/time.h"

#include <fmt/chrono.h>

#include "common/base/text.h"

namespace base {

std::string FormatTime(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string FormatMinutes(std::chrono::system_clock::time_point time) {
  const std::string seconds = FormatTime(time);
  return seconds.substr(0, seconds.size() - 4) + "Z";
}

std::optional<std::chrono::sys_seconds> ParseTime(std::string_view text) {
  constexpr std::string_view kSeconds = "0000-00-00T00:00:00Z";
  constexpr std::string_view kMinutes = "0000-00-00T00:00Z";
  const std::string_view shape = text.size() == kMinutes.size() ? kMinutes : kSeconds;
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t at = 0; at < shape.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (shape[at] == '0' ? !digit : text[at] != shape[at]) return std::nullopt;
  }
  const auto number = [text](std::size_t at, std::size_t size) {
    return ParseNumber<int>(text.substr(at, size)).value_or(0);
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = shape == kSeconds ? number(17, 2) : 0;
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace base
