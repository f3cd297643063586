#pragma once
// Instances: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> AllocatePublicIpAddress(const WriteCall& call);
Result<Answer> RunInstances(const WriteCall& call);
Result<Answer> CreateInstance(const WriteCall& call);
Result<Answer> DescribeInstances(const ReadCall& call);
Result<Answer> DescribeInstanceAttribute(const ReadCall& call);
Result<Answer> DescribeInstanceHistoryEvents(const ReadCall& call);
Result<Answer> DescribeInstanceStatus(const ReadCall& call);
Result<Answer> StartInstance(const WriteCall& call);
Result<Answer> StartInstances(const WriteCall& call);
Result<Answer> StopInstance(const WriteCall& call);
Result<Answer> StopInstances(const WriteCall& call);
Result<Answer> RebootInstance(const WriteCall& call);
Result<Answer> RebootInstances(const WriteCall& call);
Result<Answer> DeleteInstance(const WriteCall& call);
Result<Answer> DeleteInstances(const WriteCall& call);
Result<Answer> DescribeInstanceAttachmentAttributes(const ReadCall& call);
Result<Answer> DescribeInstanceMaintenanceAttributes(const ReadCall& call);
Result<Answer> DescribeInstanceRamRole(const ReadCall& call);
Result<Answer> DescribeUserData(const ReadCall& call);
Result<Answer> ModifyInstanceAttachmentAttributes(const WriteCall& call);
Result<Answer> ModifyInstanceAttribute(const WriteCall& call);
Result<Answer> ModifyInstanceAutoReleaseTime(const WriteCall& call);
Result<Answer> ModifyInstanceChargeType(const WriteCall& call);
Result<Answer> ModifyInstanceMaintenanceAttributes(const WriteCall& call);
Result<Answer> ModifyInstanceMetadataOptions(const WriteCall& call);
Result<Answer> ModifyInstanceNetworkSpec(const WriteCall& call);
Result<Answer> ModifyInstanceSpec(const WriteCall& call);
Result<Answer> ModifyInstanceVpcAttribute(const WriteCall& call);

inline constexpr Action kInstanceActions[] = {
    {.name = "AllocatePublicIpAddress", .write = AllocatePublicIpAddress},
    {.name = "CreateInstance", .write = CreateInstance},
    {.name = "DeleteInstance", .write = DeleteInstance},
    {.name = "DeleteInstances", .write = DeleteInstances},
    {.name = "DescribeInstanceAttachmentAttributes", .read = DescribeInstanceAttachmentAttributes},
    {.name = "DescribeInstanceAttribute", .read = DescribeInstanceAttribute},
    {.name = "DescribeInstanceHistoryEvents", .read = DescribeInstanceHistoryEvents},
    {.name = "DescribeInstanceMaintenanceAttributes",
     .read = DescribeInstanceMaintenanceAttributes},
    {.name = "DescribeInstanceRamRole", .read = DescribeInstanceRamRole},
    {.name = "DescribeInstances", .read = DescribeInstances},
    {.name = "DescribeInstanceStatus", .read = DescribeInstanceStatus},
    {.name = "DescribeUserData", .read = DescribeUserData},
    {.name = "ModifyInstanceAttachmentAttributes", .write = ModifyInstanceAttachmentAttributes},
    {.name = "ModifyInstanceAttribute", .write = ModifyInstanceAttribute},
    {.name = "ModifyInstanceAutoReleaseTime", .write = ModifyInstanceAutoReleaseTime},
    {.name = "ModifyInstanceChargeType", .write = ModifyInstanceChargeType},
    {.name = "ModifyInstanceMaintenanceAttributes", .write = ModifyInstanceMaintenanceAttributes},
    {.name = "ModifyInstanceMetadataOptions", .write = ModifyInstanceMetadataOptions},
    {.name = "ModifyInstanceNetworkSpec", .write = ModifyInstanceNetworkSpec},
    {.name = "ModifyInstanceSpec", .write = ModifyInstanceSpec},
    {.name = "ModifyInstanceVpcAttribute", .write = ModifyInstanceVpcAttribute},
    {.name = "RebootInstance", .write = RebootInstance},
    {.name = "RebootInstances", .write = RebootInstances},
    {.name = "RunInstances", .write = RunInstances},
    {.name = "StartInstance", .write = StartInstance},
    {.name = "StartInstances", .write = StartInstances},
    {.name = "StopInstance", .write = StopInstance},
    {.name = "StopInstances", .write = StopInstances},
};

}  // namespace cloudapi
