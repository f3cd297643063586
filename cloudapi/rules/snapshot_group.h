#pragma once
// Snapshots of several disks at one moment, as functions of values: no clock, no database.
// Source: ECS API reference, CreateSnapshotGroup, ModifySnapshotGroup, DescribeSnapshotGroups.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {

inline constexpr std::size_t kMaxDisksOfGroup = 16;
inline constexpr std::int64_t kMaxGibOfGroup = 32LL * 1024;

// Whether these disks, one at least, can be in one group. Errors: 403 NumberExceed.TooManyDisks,
// CapacityExceed.TooManyDisks, InvalidOperation.MultiAttachDisk; 400
// DiskCategory.OperationNotSupported, InvalidDiskIds.NotInSameZone.
Result<void> CheckGroupDisks(const std::vector<Disk>& disks);

// The snapshot of one disk of the group, as StartSnapshot's. Errors: those of StartSnapshot, but
// IncorrectDiskStatus.TooManyCreatingSnapshots while another one of the disk progresses.
Result<Snapshot> StartMember(const SnapshotGroup& group, const Disk& disk,
                             const SnapshotTerms& terms);

// accomplished once every member is, failed as soon as one is.
SnapshotGroupStatus StatusOfGroup(const std::vector<Snapshot>& members);

// What ModifySnapshotGroup sets; nothing stays as it is. An empty description clears it.
struct GroupAttributes {
  std::optional<std::string> name;
  std::optional<std::string> description;
};
// Errors: 400 InvalidParameter.Name, InvalidDescription.Malformed.
Result<SnapshotGroup> ModifyGroup(SnapshotGroup group, const GroupAttributes& attributes);

}  // namespace cloudapi
