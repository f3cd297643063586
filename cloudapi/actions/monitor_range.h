#pragma once
// StartTime, EndTime and Period of the actions that answer a series of points.
// Source: ECS API reference, DescribeDiskMonitorData, DescribeSnapshotMonitorData.
#include <chrono>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/base/env.h"

namespace cloudapi {

struct MonitorRange {
  std::vector<SysMillis> points;  // the beginnings of its periods, oldest first
  std::chrono::seconds period{};
};

// Both ends are taken up to whole minutes; a period that is not over at EndTime has no point.
// Errors: 400 InvalidStartTime.Malformed, InvalidEndTime.Malformed, InvalidPeriod.ValueNotSupported
// (60, the default, 600 or 3600 seconds), InvalidParameter.EndTime (not after StartTime),
// InvalidParameter.TooManyDataQueried (more than 400 points).
Result<MonitorRange> MonitorRangeOf(const Arguments& args);

}  // namespace cloudapi
