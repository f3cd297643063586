#include "cloudapi/base/time.h"

#include <cstddef>

#include "common/base/time.h"

namespace cloudapi {
namespace {

// The digits at `at`, or nothing.
std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char digit : text.substr(at, count)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

}  // namespace

std::string FormatSeconds(SysMillis time) {
  return base::FormatTime(time);
}

std::string FormatMinutes(SysMillis time) {
  const std::string seconds = FormatSeconds(time);
  return seconds.substr(0, seconds.size() - 4) + "Z";
}

std::optional<SysMillis> ParseTime(std::string_view text) {
  constexpr std::string_view kSeconds = "0000-00-00T00:00:00Z";
  constexpr std::string_view kMinutes = "0000-00-00T00:00Z";
  const std::string_view shape = text.size() == kMinutes.size() ? kMinutes : kSeconds;
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t at = 0; at < shape.size(); ++at) {
    if (shape[at] != '0' && shape[at] != text[at]) return std::nullopt;
  }
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = shape == kSeconds ? Digits(text, 17, 2) : 0;
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace cloudapi
