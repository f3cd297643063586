#pragma once
// Instances that go, at once or at a time that was set before.
#include <chrono>
#include <string>
#include <string_view>

#include "cloudapi/base/result.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

// Member of DescribeInstances, and option of an instance.
inline constexpr std::string_view kReleaseTime = "AutoReleaseTime";
// Source: ECS API reference, ModifyInstanceAutoReleaseTime.
inline constexpr std::chrono::minutes kSoonestRelease{30};
inline constexpr std::chrono::days kLatestRelease{3 * 365};

// Whether its disks may go with it or stay behind. Errors: 403 IncorrectInstanceStatus while bytes
// of a disk are under way or a snapshot is made of what would go.
Result<void> CheckRelease(Tx& tx, const Instance& instance);
// Whether it may go at the time that was set: as with Force, whatever protects it from calls.
// Errors also: those of CheckDeleteInstance.
Result<void> CheckAutoRelease(Tx& tx, Instance instance);
// The instance goes with its system disk and the disks that go with it; the others are Available
// again. Whether it may go was checked before.
void ReleaseInstance(Tx& tx, const Instance& instance);

// Errors: 400 InvalidAutoReleaseTime.Malformed. Empty: never.
Result<void> CheckReleaseTime(const std::string& text, SysMillis now);
// Sets or takes away when the instance goes by itself, at the beginning of the minute. The instance
// is the caller's to store.
void SetReleaseTime(Tx& tx, Instance& instance, const std::string& text);

}  // namespace cloudapi
