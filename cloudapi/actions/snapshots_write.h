#pragma once
// The actions that change snapshots: rows for the action table and their functions.
// Source: ECS API reference, CreateSnapshot, DeleteSnapshot.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

Result<Answer> CreateSnapshot(const WriteCall& call);
Result<Answer> DeleteSnapshot(const WriteCall& call);

inline constexpr Action kSnapshotActions[] = {
    {.name = "CreateSnapshot",
     .write = CreateSnapshot,
     .token_in_flight_code = "IdempotentProcessing"},
    {.name = "DeleteSnapshot", .write = DeleteSnapshot},
};

}  // namespace cloudapi
