#pragma once
// The actions that change disks: rows for the action table and their functions. They decide by
// core/transitions.h, Put the result and Add the jobs that finish it.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

inline constexpr std::string_view kArnMembers[] = {"AssumeRoleFor", "RoleType", "Rolearn"};

inline constexpr ParamSpec kCreateDiskParams[] = {
    {.name = "RegionId"},
    {.name = "ZoneId"},
    {.name = "DiskCategory"},
    {.name = "Size",
     .type = ParamType::kInteger,
     .min = 1,
     .invalid_code = "InvalidSize.ValueNotSupported"},
    {.name = "SnapshotId"},
    {.name = "DiskName"},
    {.name = "Description"},
    {.name = "PerformanceLevel"},
    {.name = "Encrypted", .type = ParamType::kBoolean},
    {.name = "KMSKeyId"},
    {.name = "MultiAttach"},
    {.name = "ProvisionedIops",
     .type = ParamType::kLong,
     .min = 0,
     .invalid_code = "InvalidProvisionedIops.LimitExceed"},
    {.name = "BurstingEnabled", .type = ParamType::kBoolean},
    {.name = "InstanceId"},
    {.name = "ResourceGroupId"},
    kTagParam,
    {.name = "ClientToken"},
    {.name = "StorageSetId"},
    {.name = "StorageSetPartitionNumber", .type = ParamType::kInteger, .min = 2},
    {.name = "StorageClusterId"},
    {.name = "AdvancedFeatures"},
    {.name = "EncryptAlgorithm"},
    {.name = "Arn", .type = ParamType::kStructList, .members = kArnMembers},
};

inline constexpr ParamSpec kAttachDiskParams[] = {
    {.name = "InstanceId", .required = true},
    {.name = "DiskId", .required = true},
    {.name = "DeleteWithInstance", .type = ParamType::kBoolean},
    {.name = "Bootable", .type = ParamType::kBoolean},
    {.name = "Device"},
    {.name = "Force", .type = ParamType::kBoolean},
    {.name = "Password"},
    {.name = "KeyPairName"},
    {.name = "RegionId"},
};

inline constexpr ParamSpec kDetachDiskParams[] = {
    {.name = "InstanceId", .required = true},
    {.name = "DiskId", .required = true},
    {.name = "DeleteWithInstance", .type = ParamType::kBoolean},
    {.name = "RegionId"},
};

inline constexpr ParamSpec kDeleteDiskParams[] = {
    {.name = "DiskId", .required = true},
    {.name = "RegionId"},
};

inline constexpr ParamSpec kResizeDiskParams[] = {
    {.name = "DiskId", .required = true},
    {.name = "NewSize",
     .type = ParamType::kInteger,
     .required = true,
     .min = 1,
     .invalid_code = "InvalidSize.ValueNotSupported"},
    {.name = "Type"},
    {.name = "ClientToken"},
    {.name = "RegionId"},
};

inline constexpr ParamSpec kModifyDiskAttributeParams[] = {
    {.name = "DiskId"},
    {.name = "DiskIds", .type = ParamType::kList, .max = 100},
    {.name = "DiskName"},
    {.name = "Description"},
    {.name = "DeleteWithInstance", .type = ParamType::kBoolean},
    {.name = "DeleteAutoSnapshot", .type = ParamType::kBoolean},
    {.name = "EnableAutoSnapshot", .type = ParamType::kBoolean},
    {.name = "BurstingEnabled", .type = ParamType::kBoolean},
    {.name = "RegionId"},
};

Result<Answer> CreateDisk(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> AttachDisk(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> DetachDisk(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> DeleteDisk(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> ResizeDisk(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> ModifyDiskAttribute(const ActionContext& context, Tx& tx, const Params& params);

}  // namespace cloudapi
