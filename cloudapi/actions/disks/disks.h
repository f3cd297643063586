#pragma once
// Disks: rows for the action table and functions. Those that change a disk decide by
// rules/transitions.h, put the result and schedule the jobs that finish it.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"
#include "cloudapi/resources/disk.h"

namespace cloudapi {

Result<Answer> CreateDisk(const WriteCall& call);
Result<Answer> DescribeDiskMonitorData(const ReadCall& call);
Result<Answer> DescribeDisks(const ReadCall& call);
Result<Answer> DescribeDisksFullStatus(const ReadCall& call);
Result<Answer> AttachDisk(const WriteCall& call);
Result<Answer> DetachDisk(const WriteCall& call);
Result<Answer> DeleteDisk(const WriteCall& call);
Result<Answer> ModifyDiskChargeType(const WriteCall& call);
Result<Answer> ModifyDiskDeployment(const WriteCall& call);
Result<Answer> ModifyDiskSpec(const WriteCall& call);
Result<Answer> ResizeDisk(const WriteCall& call);
Result<Answer> ModifyDiskAttribute(const WriteCall& call);
Result<Answer> ReInitDisk(const WriteCall& call);
Result<Answer> ResetDisk(const WriteCall& call);
Result<Answer> ResetDisks(const WriteCall& call);
Result<Answer> ReplaceSystemDisk(const WriteCall& call);

inline constexpr Action kDiskActions[] = {
    {.name = "AttachDisk", .write = AttachDisk},
    {.name = "CreateDisk", .write = CreateDisk, .token_ignored_with = "InstanceId"},
    {.name = "DeleteDisk", .write = DeleteDisk},
    {.name = "DescribeDiskMonitorData", .read = DescribeDiskMonitorData},
    {.name = "DescribeDisks", .read = DescribeDisks},
    {.name = "DescribeDisksFullStatus", .read = DescribeDisksFullStatus},
    {.name = "DetachDisk", .write = DetachDisk},
    {.name = "ModifyDiskAttribute", .write = ModifyDiskAttribute},
    {.name = "ModifyDiskChargeType", .write = ModifyDiskChargeType},
    {.name = "ModifyDiskDeployment", .write = ModifyDiskDeployment},
    {.name = "ModifyDiskSpec", .write = ModifyDiskSpec},
    {.name = "ReInitDisk", .write = ReInitDisk},
    {.name = "ReplaceSystemDisk", .write = ReplaceSystemDisk},
    {.name = "ResetDisk", .write = ResetDisk},
    {.name = "ResetDisks", .write = ResetDisks},
    {.name = "ResizeDisk", .write = ResizeDisk},
};

}  // namespace cloudapi
