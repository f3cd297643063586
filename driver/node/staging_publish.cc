#include <fmt/core.h>

#include <algorithm>

#include "driver/base/crash_points.h"
#include "driver/node/staging.h"

namespace driver {
namespace {

using grpc::StatusCode;

std::string ToWord(bool read_only) {
  return read_only ? "read-only" : "writable";
}

tl::unexpected<RpcError> PublishedOtherwise(const PublishRequest& request, std::string_view how) {
  return Fail(StatusCode::ALREADY_EXISTS, fmt::format("volume {}: {} is already mounted, {}",
                                                      request.volume_id, request.target_path, how));
}

tl::unexpected<RpcError> SecondWriter(const PublishRequest& request, const std::string& target) {
  return Fail(StatusCode::FAILED_PRECONDITION,
              fmt::format("volume {} is published at {} and asked for a single writer",
                          request.volume_id, target));
}

// Containers' own mounts of parts of a published volume belong to that publication.
bool IsSubPath(const std::string& target) {
  return target.find("/volume-subpaths/") != std::string::npos;
}

// Another target of the staged file system, or null.
const MountEntry* OtherTarget(const std::vector<MountEntry>& mounts, const MountEntry& staged,
                              const std::string& target) {
  const auto found = std::find_if(mounts.begin(), mounts.end(), [&](const MountEntry& entry) {
    return entry.device == staged.device && entry.target != staged.target &&
           entry.target != target && !IsSubPath(entry.target);
  });
  return found == mounts.end() ? nullptr : &*found;
}

// What is staged must be what the publication asks for.
Result<void> CheckSource(const PublishRequest& request, const MountEntry& staged) {
  if (!request.access.fs_type.empty() && request.access.fs_type != staged.fs_type) {
    return Fail(StatusCode::FAILED_PRECONDITION,
                fmt::format("volume {} is staged as {}, {} is asked for", request.volume_id,
                            staged.fs_type, request.access.fs_type));
  }
  if (!request.read_only && (staged.read_only || staged.file_system_read_only)) {
    return Fail(
        StatusCode::FAILED_PRECONDITION,
        fmt::format("volume {} is staged read-only, writable is asked for", request.volume_id));
  }
  return {};
}

}  // namespace

Result<void> Staging::Publish(const PublishRequest& request, const Deadline& deadline) {
  const auto guard = locks_.Lock("volume " + request.volume_id);
  if (!guard) return Fail(guard.error());
  if (!request.serial.empty()) devices_.Remember(request.volume_id, request.serial);
  PublishRequest effective = request;
  effective.read_only = request.read_only || request.access.read_only;
  effective.staging_path = host_.RealPath(request.staging_path);
  effective.target_path = host_.RealPath(request.target_path);
  if (!request.access.block) return PublishFileSystem(effective);
  const auto device = devices_.Wait(request.serial, deadline);
  if (!device) return Fail(device.error());
  return PublishBlock(effective, *device);
}

Result<void> Staging::PublishFileSystem(const PublishRequest& request) {
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  const auto* staged = FindMount(*mounts, request.staging_path);
  if (staged == nullptr || !devices_.MayBe(request.volume_id, staged->device)) {
    return Fail(
        StatusCode::FAILED_PRECONDITION,
        fmt::format("volume {} is not staged at {}", request.volume_id, request.staging_path));
  }
  if (const auto* there = FindMount(*mounts, request.target_path)) {
    if (there->device != staged->device) {
      return PublishedOtherwise(request, "from " + there->source);
    }
    const bool read_only = there->read_only || there->file_system_read_only;
    if (read_only == request.read_only) return {};
    return PublishedOtherwise(request, ToWord(read_only));
  }
  if (auto checked = CheckSource(request, *staged); !checked) return checked;
  if (request.access.single_writer) {
    const auto* other = OtherTarget(*mounts, *staged, request.target_path);
    if (other != nullptr) return SecondWriter(request, other->target);
  }
  if (auto made = host_.MakeDirectory(request.target_path); !made) return Fail(ToRpc(made.error()));
  auto bound = host_.BindMount({.source = request.staging_path,
                                .target = request.target_path,
                                .read_only = request.read_only,
                                .options = request.access.mount_flags});
  if (!bound) return Fail(ToRpc(bound.error()));
  CrashPoint("publish-node.after-bind");
  return {};
}

// A read-only mount does not keep a process from writing to a device node; it tells which
// publication is read-only. The device itself can be read-only as a whole only, so it is while
// every publication of it is. Beside a writable publication on the same node it is the container
// runtime that keeps readers from writing: kubelet gives their containers the device with "r"
// alone.
Result<void> Staging::PublishBlock(const PublishRequest& request, const std::string& device) {
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  const auto number = host_.NumberOf(device);
  if (!number) return Fail(ToRpc(number.error()));
  if (const auto* there = FindMount(*mounts, request.target_path)) {
    const auto bound = host_.NumberOf(there->target);
    if (!bound || *bound != *number) return PublishedOtherwise(request, "from another device");
    if (there->read_only != request.read_only) {
      return PublishedOtherwise(request, ToWord(there->read_only));
    }
    return SetReadOnlyAsUsed(device, "");
  }
  if (request.access.single_writer) {
    const auto other = std::ranges::find_if(*mounts, [&](const MountEntry& entry) {
      return entry.target != request.target_path && IsBlockTarget(entry, *number);
    });
    if (other != mounts->end()) return SecondWriter(request, other->target);
  }
  if (auto made = host_.MakeFile(request.target_path); !made) return Fail(ToRpc(made.error()));
  auto bound = host_.BindMount(
      {.source = device, .target = request.target_path, .read_only = request.read_only});
  if (!bound) return Fail(ToRpc(bound.error()));
  CrashPoint("publish-node.after-bind");
  return SetReadOnlyAsUsed(device, "");
}

bool Staging::IsBlockTarget(const MountEntry& entry, const DeviceNumber& device) {
  // A bound device node is one file out of the file system that holds /dev.
  if (entry.root == "/" || host_.KindOf(entry.target) != PathKind::kBlockDevice) return false;
  const auto number = host_.NumberOf(entry.target);
  return number && *number == device;
}

Result<void> Staging::SetReadOnlyAsUsed(const std::string& device, const std::string& leaving) {
  const auto mounts = host_.Mounts();
  if (!mounts) return Fail(ToRpc(mounts.error()));
  const auto number = host_.NumberOf(device);
  if (!number) return Fail(ToRpc(number.error()));
  bool has_readers = false;
  bool has_writers = false;
  for (const auto& entry : *mounts) {
    if (entry.target == leaving) continue;
    // Also a file system: another disk may have got the number of one that was taken away.
    const bool is_file_system = host_.WholeDisk(entry.device) == *number;
    const bool is_use = is_file_system || IsBlockTarget(entry, *number);
    const bool reads = is_use && !is_file_system && entry.read_only;
    has_readers = has_readers || reads;
    has_writers = has_writers || (is_use && !reads);
  }
  return SetReadOnly(device, has_readers && !has_writers);
}

Result<void> Staging::SetReadOnly(const std::string& device, bool wanted) {
  const auto read_only = host_.IsReadOnly(device);
  // A device that is gone has nothing to be set.
  if (!read_only && read_only.error().fault == HostFault::kMissing) return {};
  if (!read_only) return Fail(ToRpc(read_only.error()));
  if (*read_only == wanted) return {};
  auto set = host_.SetReadOnly(device, wanted);
  if (!set) return Fail(ToRpc(set.error()));
  return {};
}

Result<void> Staging::Unpublish(const std::string& volume_id, const std::string& target_path) {
  const auto guard = locks_.Lock("volume " + volume_id);
  if (!guard) return Fail(guard.error());
  const std::string target = host_.RealPath(target_path);
  // Before the mount goes, which tells the device: a repeated call finds both or neither.
  if (host_.KindOf(target) == PathKind::kBlockDevice) {
    if (auto set = SetReadOnlyAsUsed(target, target); !set) return set;
  }
  if (auto unmounted = UnmountAll(target); !unmounted) return unmounted;
  // Only an empty folder or a file goes: what was written beside the mount is not ours to delete.
  if (auto removed = host_.Remove(target); !removed) {
    return Fail(StatusCode::FAILED_PRECONDITION, removed.error().message);
  }
  return {};
}

}  // namespace driver
