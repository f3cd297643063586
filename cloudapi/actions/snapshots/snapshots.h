#pragma once
// Snapshots: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CopySnapshot(const WriteCall& call);
Result<Answer> CreateSnapshot(const WriteCall& call);
Result<Answer> DeleteSnapshot(const WriteCall& call);
Result<Answer> DescribeLockedSnapshots(const ReadCall& call);
Result<Answer> DescribeSnapshots(const ReadCall& call);
Result<Answer> DescribeSnapshotLinks(const ReadCall& call);
Result<Answer> DescribeSnapshotMonitorData(const ReadCall& call);
Result<Answer> DescribeSnapshotPackage(const ReadCall& call);
Result<Answer> DescribeSnapshotsUsage(const ReadCall& call);
Result<Answer> LockSnapshot(const WriteCall& call);
Result<Answer> ModifySnapshotAttribute(const WriteCall& call);
Result<Answer> ModifySnapshotCategory(const WriteCall& call);
Result<Answer> OpenSnapshotService(const WriteCall& call);
Result<Answer> UnlockSnapshot(const WriteCall& call);

inline constexpr Action kSnapshotActions[] = {
    {.name = "CopySnapshot", .write = CopySnapshot},
    {.name = "CreateSnapshot",
     .write = CreateSnapshot,
     .token_in_flight_code = "IdempotentProcessing"},
    {.name = "DeleteSnapshot", .write = DeleteSnapshot},
    {.name = "DescribeLockedSnapshots", .read = DescribeLockedSnapshots},
    {.name = "DescribeSnapshotLinks", .read = DescribeSnapshotLinks},
    {.name = "DescribeSnapshotMonitorData", .read = DescribeSnapshotMonitorData},
    {.name = "DescribeSnapshotPackage", .read = DescribeSnapshotPackage},
    {.name = "DescribeSnapshots", .read = DescribeSnapshots},
    {.name = "DescribeSnapshotsUsage", .read = DescribeSnapshotsUsage},
    {.name = "LockSnapshot", .write = LockSnapshot},
    {.name = "ModifySnapshotAttribute", .write = ModifySnapshotAttribute},
    {.name = "ModifySnapshotCategory", .write = ModifySnapshotCategory},
    {.name = "OpenSnapshotService", .write = OpenSnapshotService},
    {.name = "UnlockSnapshot", .write = UnlockSnapshot},
};

}  // namespace cloudapi
