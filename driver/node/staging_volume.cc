#include <fmt/core.h>

#include <algorithm>

#include "driver/node/staging.h"
#include "driver/node/staging_file_system.h"

namespace driver {
namespace {

using grpc::StatusCode;

// A mount of the same file system through which it may be changed; `entry` itself when there is
// none.
const MountEntry& WritableMount(const std::vector<MountEntry>& mounts, const MountEntry& entry) {
  if (!entry.read_only) return entry;
  const auto found = std::find_if(mounts.begin(), mounts.end(), [&](const MountEntry& other) {
    return other.device == entry.device && other.root == "/" && !other.read_only;
  });
  return found == mounts.end() ? entry : *found;
}

}  // namespace

// The first of the paths at which the volume is mounted.
Result<Staging::Placed> Staging::Find(const std::string& volume_id,
                                      const std::vector<std::string>& paths) {
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  for (const auto& path : paths) {
    const auto* entry = path.empty() ? nullptr : FindMount(*mounts, host_.RealPath(path));
    if (entry == nullptr) continue;
    Placed placed{
        .block = entry->root != "/" && host_.KindOf(entry->target) == PathKind::kBlockDevice,
        .entry = *entry,
        .device = entry->device};
    if (placed.block) {
      const auto bound = host_.NumberOf(entry->target);
      if (!bound) return Fail(ToRpc(bound.error()));
      placed.device = *bound;
    }
    if (devices_.MayBe(volume_id, placed.device)) return placed;
  }
  return Fail(StatusCode::NOT_FOUND,
              fmt::format("volume {} is not mounted at {}", volume_id, paths.front()));
}

Result<NodeUsage> Staging::Usage(const std::string& volume_id, const std::string& volume_path) {
  const auto placed = Find(volume_id, {volume_path});
  if (!placed) return Fail(placed.error());
  if (placed->block) {
    const auto bytes = host_.DeviceBytes(placed->entry.target);
    if (!bytes) return Fail(ToRpc(bytes.error()));
    return NodeUsage{.total_bytes = *bytes};
  }
  const auto usage = host_.Usage(placed->entry.target);
  if (!usage) return Fail(ToRpc(usage.error()));
  return NodeUsage{.total_bytes = usage->total_bytes, .file_system = *usage};
}

Result<bool> Staging::IsSmallerThanDisk(const std::string& device, std::int64_t disk_bytes,
                                        const std::string& fs_type) {
  const auto own = host_.DeviceBytes(device);
  if (!own) return Fail(ToRpc(own.error()));
  if (disk_bytes - *own > kPartitionSlack) return true;
  return IsSmallerThanDevice(host_, device, fs_type);
}

Result<std::int64_t> Staging::Expand(const ExpandRequest& request) {
  const auto guard = locks_.Lock("volume " + request.volume_id);
  if (!guard) return Fail(guard.error());
  const auto placed = Find(request.volume_id, {request.volume_path, request.staging_path});
  if (!placed) return Fail(placed.error());
  const std::string device = placed->block ? placed->entry.target : placed->entry.source;
  const auto bytes = host_.DiskBytes(device);
  if (!bytes) return Fail(ToRpc(bytes.error()));
  if (*bytes < request.required_bytes) {
    return Fail(StatusCode::ABORTED,
                fmt::format("{} of volume {} has {} bytes, {} are asked for: its growth has not "
                            "reached this node yet",
                            device, request.volume_id, *bytes, request.required_bytes));
  }
  if (request.limit_bytes > 0 && *bytes > request.limit_bytes) {
    return Fail(StatusCode::OUT_OF_RANGE,
                fmt::format("volume {} has {} bytes, more than the limit of {}", request.volume_id,
                            *bytes, request.limit_bytes));
  }
  if (placed->block) return *bytes;
  if (placed->entry.file_system_read_only) {
    const auto smaller = IsSmallerThanDisk(device, *bytes, placed->entry.fs_type);
    if (!smaller) return Fail(smaller.error());
    if (!*smaller) return *bytes;
    return Fail(StatusCode::FAILED_PRECONDITION,
                fmt::format("volume {} is mounted read-only and cannot grow", request.volume_id));
  }
  if (host_.WholeDisk(placed->device) != placed->device) {
    if (auto grown = host_.GrowPartition(device); !grown) return Fail(ToRpc(grown.error()));
  }
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  auto grown = host_.Grow({.device = device,
                           .fs_type = placed->entry.fs_type,
                           .mount_point = WritableMount(*mounts, placed->entry).target});
  if (!grown) return Fail(ToRpc(grown.error()));
  return *bytes;
}

}  // namespace driver
