#include "driver/node/staging.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "driver/base/crash_points.h"
#include "driver/node/staging_file_system.h"

namespace driver {
namespace {

using grpc::StatusCode;

// Options that the mount table shows exactly when they were asked for.
constexpr std::array<std::string_view, 7> kVisibleOptions = {
    "noatime", "nodev", "nodiratime", "noexec", "nosuid", "sync", "dirsync"};

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

tl::unexpected<RpcError> StagedOtherwise(const StageRequest& request, std::string_view how,
                                         std::string_view asked) {
  return Fail(StatusCode::ALREADY_EXISTS,
              fmt::format("volume {} is staged at {} {}, {} is asked for", request.volume_id,
                          request.staging_path, how, asked));
}

// Whether what is mounted at the staging path is what the request asks for.
Result<void> CheckStaged(const StageRequest& request, const MountEntry& entry) {
  const auto& access = request.access;
  if (access.block) return StagedOtherwise(request, "as a file system", "a block device");
  if (!access.fs_type.empty() && access.fs_type != entry.fs_type) {
    return StagedOtherwise(request, "as " + entry.fs_type, access.fs_type);
  }
  const bool read_only = entry.read_only || entry.file_system_read_only;
  if (read_only != access.read_only) {
    return StagedOtherwise(request, read_only ? "read-only" : "writable",
                           access.read_only ? "read-only" : "writable");
  }
  for (const auto word : kVisibleOptions) {
    if (Has(entry.options, word) == Has(access.mount_flags, word)) continue;
    return StagedOtherwise(request, fmt::format("with other mount options"),
                           fmt::format("'{}'", word));
  }
  return {};
}

MountRequest ToMount(const StageRequest& request, std::string device, std::string target,
                     std::string fs_type) {
  MountRequest mount{.device = std::move(device),
                     .target = std::move(target),
                     .fs_type = std::move(fs_type),
                     .options = request.access.mount_flags,
                     .read_only = request.access.read_only};
  // A restored disk carries the UUID of its origin, which may be mounted beside it.
  if (mount.fs_type == "xfs" && !Has(mount.options, "nouuid")) mount.options.push_back("nouuid");
  return mount;
}

// A writable file system is always checked. Repairing one under the mounts of other nodes would
// damage it, so a shared one, which is only read, is not.
bool OmitsCheck(const StageRequest& request) {
  return request.access.read_only && (request.omit_check || request.access.shared);
}

}  // namespace

const MountEntry* FindMount(const std::vector<MountEntry>& mounts, const std::string& path) {
  const auto found = std::find_if(mounts.rbegin(), mounts.rend(),
                                  [&](const MountEntry& entry) { return entry.target == path; });
  return found == mounts.rend() ? nullptr : &*found;
}

RpcError ToRpc(const HostError& error) {
  switch (error.fault) {
    case HostFault::kMissing: return {StatusCode::UNAVAILABLE, error.message};
    case HostFault::kBusy: return {StatusCode::FAILED_PRECONDITION, error.message};
    case HostFault::kDamaged: return {StatusCode::FAILED_PRECONDITION, error.message};
    case HostFault::kGrowForbidden: return {StatusCode::FAILED_PRECONDITION, error.message};
    case HostFault::kTimedOut: return {StatusCode::ABORTED, error.message};
    case HostFault::kFailed: return {StatusCode::INTERNAL, error.message};
  }
  return {StatusCode::INTERNAL, error.message};
}

Result<void> Staging::Stage(const StageRequest& request, const Deadline& deadline) {
  const auto guard = locks_.Lock("volume " + request.volume_id);
  if (!guard) return Fail(guard.error());
  devices_.Remember(request.volume_id, request.serial);
  const auto device = devices_.Wait(request.serial, deadline);
  if (!device) {
    return Fail(device.error().code,
                fmt::format("volume {}: {}", request.volume_id, device.error().message));
  }
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  const auto* staged = FindMount(*mounts, host_.RealPath(request.staging_path));
  if (staged == nullptr) {
    // A block volume is its device: it is bound where it is published.
    if (request.access.block) return {};
    return StageFileSystem(request, *device);
  }
  const auto number = host_.NumberOf(*device);
  if (!number) return Fail(ToRpc(number.error()));
  if (host_.WholeDisk(staged->device) != *number) {
    return Fail(StatusCode::FAILED_PRECONDITION,
                fmt::format("{} is mounted from {}, volume {} is {}: unstage it first",
                            request.staging_path, staged->source, request.volume_id, *device));
  }
  if (auto same = CheckStaged(request, *staged); !same) return same;
  return GrowMounted(staged->device == *number ? *device : staged->source, *staged);
}

Result<void> Staging::StageFileSystem(const StageRequest& request, const std::string& disk) {
  const auto found = FileSystemDevice(host_, disk);
  if (!found) return Fail(found.error());
  const std::string& device = *found;
  const auto number = host_.NumberOf(device);
  if (!number) return Fail(ToRpc(number.error()));
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  // An earlier user of the device's number may have left it read-only.
  if (auto set = SetReadOnly(disk, false); !set) return set;
  const bool in_use = std::any_of(mounts->begin(), mounts->end(),
                                  [&](const MountEntry& entry) { return entry.device == *number; });
  const auto fs_type = PrepareFileSystem(host_, device,
                                         {.fs_type = request.access.fs_type,
                                          .read_only = request.access.read_only,
                                          .omit_check = OmitsCheck(request),
                                          .blank = request.blank,
                                          .partition = device != disk,
                                          .mkfs_options = request.mkfs_options},
                                         in_use);
  if (!fs_type) return Fail(fs_type.error());

  const std::string target = host_.RealPath(request.staging_path);
  if (auto made = host_.MakeDirectory(target); !made) return Fail(ToRpc(made.error()));
  const auto mount = ToMount(request, device, target, *fs_type);
  if (auto mounted = host_.Mount(mount); !mounted) return Fail(ToRpc(mounted.error()));
  CrashPoint("stage.after-mount");
  return GrowMounted(device, {.device = *number,
                              .target = target,
                              .fs_type = *fs_type,
                              .read_only = request.access.read_only});
}

// What grows only while mounted; the others were grown before.
Result<void> Staging::GrowMounted(const std::string& device, const MountEntry& entry) {
  if (entry.fs_type != "xfs" || entry.read_only || entry.file_system_read_only) return {};
  const auto smaller = IsSmallerThanDevice(host_, device, entry.fs_type);
  if (!smaller) return Fail(smaller.error());
  if (!*smaller) return {};
  auto grown =
      host_.Grow({.device = device, .fs_type = entry.fs_type, .mount_point = entry.target});
  if (!grown) return Fail(ToRpc(grown.error()));
  return {};
}

Result<void> Staging::Unstage(const std::string& volume_id, const std::string& staging_path) {
  const auto guard = locks_.Lock("volume " + volume_id);
  if (!guard) return Fail(guard.error());
  return UnmountAll(host_.RealPath(staging_path));
}

// Whatever is stacked there. Looks at the mount table only, so it works without the device.
Result<void> Staging::UnmountAll(const std::string& path) {
  while (true) {
    const auto mounts = host_.Mounts();
    if (!mounts) return Fail(ToRpc(mounts.error()));
    if (FindMount(*mounts, path) == nullptr) return {};
    auto unmounted = host_.Unmount(path);
    if (!unmounted) return Fail(ToRpc(unmounted.error()));
  }
}

}  // namespace driver
