#pragma once
// Snapshots of several disks at one moment: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CreateSnapshotGroup(const WriteCall& call);
Result<Answer> DeleteSnapshotGroup(const WriteCall& call);
Result<Answer> DescribeSnapshotGroups(const ReadCall& call);
Result<Answer> ModifySnapshotGroup(const WriteCall& call);

inline constexpr Action kSnapshotGroupActions[] = {
    {.name = "CreateSnapshotGroup",
     .write = CreateSnapshotGroup,
     .token_in_flight_code = "IdempotentProcessing"},
    {.name = "DeleteSnapshotGroup", .write = DeleteSnapshotGroup},
    {.name = "DescribeSnapshotGroups", .read = DescribeSnapshotGroups},
    {.name = "ModifySnapshotGroup", .write = ModifySnapshotGroup},
};

}  // namespace cloudapi
