#pragma once
// The actions that change snapshots: rows for the action table and their functions.
// Source: ECS API reference, CreateSnapshot, DeleteSnapshot.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

inline constexpr ParamSpec kCreateSnapshotParams[] = {
    {.name = "DiskId", .required = true},
    {.name = "SnapshotName"},
    {.name = "Description"},
    {.name = "RetentionDays",
     .type = ParamType::kInteger,
     .min = 1,
     .max = kMaxRetentionDays,
     .invalid_code = "InvalidRetentionDays.Malformed"},
    {.name = "Category"},
    {.name = "InstantAccess", .type = ParamType::kBoolean},
    {.name = "InstantAccessRetentionDays",
     .type = ParamType::kInteger,
     .min = 1,
     .max = 65535,
     .invalid_status = 403,
     .invalid_code = "InvalidInstantAccessRetentionDays.Malformed"},
    kTagParam,
    {.name = "ResourceGroupId"},
    {.name = "ClientToken"},
    {.name = "StorageLocationArn"},
    {.name = "RegionId"},
};

inline constexpr ParamSpec kDeleteSnapshotParams[] = {
    {.name = "SnapshotId", .required = true},
    {.name = "Force", .type = ParamType::kBoolean},
    {.name = "RegionId"},
};

Result<Answer> CreateSnapshot(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> DeleteSnapshot(const ActionContext& context, Tx& tx, const Params& params);

}  // namespace cloudapi
