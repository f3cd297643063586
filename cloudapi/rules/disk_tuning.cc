#include "cloudapi/rules/disk_tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cloudapi/resources/disk.h"

namespace cloudapi {
namespace {

constexpr std::string_view kAuto = "cloud_auto";
// A smaller cloud_auto disk has neither provisioned IOPS nor bursting.
constexpr std::int64_t kSmallestTunedDisk = 4;
constexpr std::int64_t kMaxProvisionedIops = 50000;

}  // namespace

Result<void> CheckProvisionedIops(const TunedDisk& disk, std::int64_t iops) {
  if (iops == 0) return {};
  if (disk.category != kAuto) {
    return Refuse(400, "ProvisionedIopsForDiskCategoryUnsupported", "iops.category",
                  fmt::format("Category {} has no provisioned IOPS.", disk.category),
                  {{"category", disk.category}});
  }
  const std::int64_t baseline = SpeedOf(disk.category, disk.level, disk.size_gib, 0).iops;
  const std::int64_t most =
      disk.size_gib < kSmallestTunedDisk
          ? 0
          : std::clamp<std::int64_t>(1000 * disk.size_gib - baseline, 0, kMaxProvisionedIops);
  if (iops <= most) return {};
  return Refuse(
      400, "InvalidProvisionedIops.LimitExceed", "iops.limit",
      fmt::format("{} provisioned IOPS are asked for; a {} disk of {} GiB has at most {}.", iops,
                  disk.category, disk.size_gib, most),
      {{"iops", std::to_string(iops)}, {"limit", std::to_string(most)}});
}

Result<void> CheckBursting(const TunedDisk& disk) {
  if (disk.category != kAuto) {
    return Refuse(400, "BurstingEnabledForDiskCategoryUnsupported", "bursting.category",
                  fmt::format("Category {} does not burst.", disk.category),
                  {{"category", disk.category}});
  }
  if (disk.multi_attach) {
    return Refuse(400, "BurstingEnabledForMultiAttachDiskUnsupported", "bursting.multi-attach",
                  "A multi-attach disk does not burst.");
  }
  if (disk.size_gib >= kSmallestTunedDisk) return {};
  return Refuse(400, "InvalidBurstingEnabled.DiskSizeTooSmall", "bursting.size",
                fmt::format("A disk of {} GiB does not burst; it must have {} GiB or more.",
                            disk.size_gib, kSmallestTunedDisk),
                {{"size", std::to_string(disk.size_gib)}});
}

}  // namespace cloudapi
