// A disk that exists already becomes a volume, because its claim names it.
#include <algorithm>
#include <utility>

#include "driver/cloud/retry.h"
#include "driver/controller/volumes.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using grpc::StatusCode;

tl::unexpected<RpcError> NotFree(const Disk& disk, const std::string& why) {
  return Fail(StatusCode::FAILED_PRECONDITION,
              "disk " + disk.id + " cannot become the volume: " + why);
}

}  // namespace

Result<void> Volumes::CheckAdoptable(const CreateVolumeRequest& wanted, const Disk& disk,
                                     const Deadline& deadline) {
  if (const auto name = FindTag(disk.tags, kVolumeNameTag)) {
    return NotFree(disk, "it is volume " + *name);
  }
  if (disk.status != DiskStatus::kAvailable) {
    return NotFree(disk, "it is " + std::string(ToString(disk.status)));
  }
  if (disk.size_gib != wanted.size.at_least_gib) {
    return Fail(StatusCode::OUT_OF_RANGE,
                "disk " + disk.id + " has " + std::to_string(disk.size_gib) +
                    " GiB, the claim that names it must ask for exactly as much");
  }
  const bool several =
      std::ranges::any_of(wanted.uses, [](const VolumeUse& use) { return IsMultiNode(use.mode); });
  if (several && !disk.multi_attach) return NotFree(disk, "its MultiAttach is off");
  if (wanted.disk.encrypted && !disk.encrypted) return NotFree(disk, "it is not encrypted");
  const auto& zones = wanted.disk.zones;
  const bool listed = zones.empty() || std::ranges::find(zones, disk.zone) != zones.end();
  const auto allowed = zones_.Allows(wanted.requisite, disk.zone, deadline);
  if (!allowed) return Fail(allowed.error());
  if (listed && *allowed) return {};
  return Fail(StatusCode::RESOURCE_EXHAUSTED,
              "disk " + disk.id + " is in zone " + disk.zone + ", which is not allowed here");
}

Result<Disk> Volumes::Adopt(const CreateVolumeRequest& wanted, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + wanted.adopted_disk_id);
  if (!guard) return Fail(guard.error());
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.adopted_disk_id);
  if (!disk) return disk;
  auto adoptable = CheckAdoptable(wanted, *disk, deadline);
  if (!adoptable) return Fail(adoptable.error());
  auto tagged = RetryThrottled(context_.clock, deadline, "adopt disk " + disk->id,
                               [&] { return context_.cloud.TagDisk(disk->id, TagsFor(wanted)); });
  if (!tagged) return Fail(tagged.error());
  return GetDisk(context_.cloud, context_.clock, deadline, wanted.adopted_disk_id);
}

}  // namespace driver
