#pragma once
// Snapshots: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CreateSnapshot(const WriteCall& call);
Result<Answer> DeleteSnapshot(const WriteCall& call);
Result<Answer> DescribeSnapshots(const ReadCall& call);

inline constexpr Action kSnapshotActions[] = {
    {.name = "CreateSnapshot",
     .write = CreateSnapshot,
     .token_in_flight_code = "IdempotentProcessing"},
    {.name = "DeleteSnapshot", .write = DeleteSnapshot},
    {.name = "DescribeSnapshots", .read = DescribeSnapshots},
};

}  // namespace cloudapi
