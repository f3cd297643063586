#pragma once
// Whether the account's quotas have room for a disk, by the store's totals.
#include <cstdint>

#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

// For one more disk like `disk`. Errors: 403 QuotaExceed.PostPaidDisk,
// QuotaExceed.PortableCloudDisk, QuotaExceeded.PostpaidDataDiskCapacity; 400
// QuotaExceed.DiskCapacity.
Result<void> CheckRoomFor(const WriteCall& call, const Disk& disk);
// For `more_gib` more of `disk`. Errors: the last two of them.
Result<void> CheckRoomToGrow(const WriteCall& call, const Disk& disk, std::int64_t more_gib);

}  // namespace cloudapi
