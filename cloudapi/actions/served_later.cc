#include "cloudapi/actions/served_later.h"

#include <array>

namespace cloudapi {
namespace {

constexpr std::array<std::string_view, 54> kServedLater = {"ApplyAutoSnapshotPolicy",
                                                           "CancelAutoSnapshotPolicy",
                                                           "CancelTask",
                                                           "CopySnapshot",
                                                           "CreateAutoSnapshotPolicy",
                                                           "CreateInstance",
                                                           "CreateSnapshotGroup",
                                                           "DeleteAutoSnapshotPolicy",
                                                           "DeleteInstance",
                                                           "DeleteInstances",
                                                           "DeleteSnapshotGroup",
                                                           "DescribeAccountAttributes",
                                                           "DescribeAutoSnapshotPolicyAssociations",
                                                           "DescribeAutoSnapshotPolicyEx",
                                                           "DescribeDiskDefaultKMSKeyId",
                                                           "DescribeDiskEncryptionByDefaultStatus",
                                                           "DescribeDiskMonitorData",
                                                           "DescribeDisksFullStatus",
                                                           "DescribeInstanceAttribute",
                                                           "DescribeInstanceHistoryEvents",
                                                           "DescribeInstanceStatus",
                                                           "DescribeLockedSnapshots",
                                                           "DescribeSnapshotGroups",
                                                           "DescribeSnapshotLinks",
                                                           "DescribeSnapshotMonitorData",
                                                           "DescribeSnapshotPackage",
                                                           "DescribeSnapshotsUsage",
                                                           "DescribeTaskAttribute",
                                                           "DescribeTasks",
                                                           "DisableDiskEncryptionByDefault",
                                                           "EnableDiskEncryptionByDefault",
                                                           "JoinResourceGroup",
                                                           "LockSnapshot",
                                                           "ModifyAutoSnapshotPolicyEx",
                                                           "ModifyDiskChargeType",
                                                           "ModifyDiskDefaultKMSKeyId",
                                                           "ModifyDiskDeployment",
                                                           "ModifyDiskSpec",
                                                           "ModifySnapshotAttribute",
                                                           "ModifySnapshotCategory",
                                                           "ModifySnapshotGroup",
                                                           "OpenSnapshotService",
                                                           "ReInitDisk",
                                                           "RebootInstance",
                                                           "ReplaceSystemDisk",
                                                           "ResetDisk",
                                                           "ResetDiskDefaultKMSKeyId",
                                                           "ResetDisks",
                                                           "RunInstances",
                                                           "StartInstance",
                                                           "StartInstances",
                                                           "StopInstance",
                                                           "StopInstances",
                                                           "UnlockSnapshot"};

}  // namespace

std::span<const std::string_view> ActionsServedLater() {
  return kServedLater;
}

}  // namespace cloudapi
