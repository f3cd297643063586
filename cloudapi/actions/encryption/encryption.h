#pragma once
// Whether new disks of a region are encrypted unasked, and with which key: rows for the action
// table and functions. Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> EnableDiskEncryptionByDefault(const WriteCall& call);
Result<Answer> DisableDiskEncryptionByDefault(const WriteCall& call);
Result<Answer> DescribeDiskEncryptionByDefaultStatus(const ReadCall& call);
Result<Answer> ModifyDiskDefaultKMSKeyId(const WriteCall& call);
Result<Answer> ResetDiskDefaultKMSKeyId(const WriteCall& call);
Result<Answer> DescribeDiskDefaultKMSKeyId(const ReadCall& call);

inline constexpr Action kEncryptionActions[] = {
    {.name = "DescribeDiskDefaultKMSKeyId", .read = DescribeDiskDefaultKMSKeyId},
    {.name = "DescribeDiskEncryptionByDefaultStatus",
     .read = DescribeDiskEncryptionByDefaultStatus},
    {.name = "DisableDiskEncryptionByDefault", .write = DisableDiskEncryptionByDefault},
    {.name = "EnableDiskEncryptionByDefault", .write = EnableDiskEncryptionByDefault},
    {.name = "ModifyDiskDefaultKMSKeyId", .write = ModifyDiskDefaultKMSKeyId},
    {.name = "ResetDiskDefaultKMSKeyId", .write = ResetDiskDefaultKMSKeyId},
};

}  // namespace cloudapi
