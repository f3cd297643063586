#include "cloudapi/actions/monitor_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMaxPoints = 400;
constexpr std::array<std::int64_t, 3> kPeriods = {60, 600, 3600};

Result<SysMillis> MinuteOf(const Arguments& args, std::string_view name, std::string_view code) {
  const std::string& text = args.TextOrEmpty(name);
  const auto time = base::ParseTime(text);
  if (time) return SysMillis(std::chrono::ceil<std::chrono::minutes>(*time));
  return Refuse(400, code, "monitor.time",
                fmt::format("{} is {}; write 2021-06-07T06:08:00Z.", name, text),
                {{std::string(name), text}});
}

}  // namespace

Result<MonitorRange> MonitorRangeOf(const Arguments& args) {
  const auto start = MinuteOf(args, "StartTime", "InvalidStartTime.Malformed");
  if (!start) return Fail(start.error());
  const auto end = MinuteOf(args, "EndTime", "InvalidEndTime.Malformed");
  if (!end) return Fail(end.error());
  const std::int64_t seconds = args.Integer("Period").value_or(kPeriods.front());
  if (std::ranges::find(kPeriods, seconds) == kPeriods.end()) {
    return Refuse(400, "InvalidPeriod.ValueNotSupported", "monitor.period",
                  fmt::format("Period is {}, it must be 60, 600 or 3600.", seconds),
                  {{"Period", std::to_string(seconds)}});
  }
  if (*end <= *start) {
    return Refuse(400, "InvalidParameter.EndTime", "monitor.end",
                  "EndTime is not later than StartTime.");
  }
  const std::chrono::seconds period(seconds);
  const std::int64_t count = (*end - *start) / period;
  if (count > kMaxPoints) {
    return Refuse(
        400, "InvalidParameter.TooManyDataQueried", "monitor.points",
        fmt::format("{} points are asked for; at most {} are answered.", count, kMaxPoints),
        {{"points", std::to_string(count)}});
  }
  MonitorRange range{.period = period};
  for (std::int64_t i = 0; i < count; ++i) range.points.push_back(*start + i * period);
  return range;
}

}  // namespace cloudapi
