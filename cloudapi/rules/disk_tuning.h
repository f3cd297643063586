#pragma once
// What a disk may have beside its category and size: provisioned IOPS and bursting.
// Source: ECS API reference, CreateDisk, ModifyDiskAttribute, ModifyDiskSpec.
#include <cstdint>
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

struct TunedDisk {
  std::string category;
  std::string level;
  std::int64_t size_gib = 0;
  bool multi_attach = false;
};

// Whether such a disk may have `iops` beyond its baseline. Errors: 400
// ProvisionedIopsForDiskCategoryUnsupported, InvalidProvisionedIops.LimitExceed.
Result<void> CheckProvisionedIops(const TunedDisk& disk, std::int64_t iops);

// Whether such a disk may burst. Errors: 400 BurstingEnabledForDiskCategoryUnsupported,
// BurstingEnabledForMultiAttachDiskUnsupported, InvalidBurstingEnabled.DiskSizeTooSmall.
Result<void> CheckBursting(const TunedDisk& disk);

}  // namespace cloudapi
