// Raw block volumes: the device node bound at the target.
#include <algorithm>

#include "driver/base/crash.h"
#include "driver/node/staging.h"
#include "driver/node/staging_refusals.h"

namespace driver {

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
    const bool is_use = entry.device == *number || IsBlockTarget(entry, *number);
    const bool reads = is_use && entry.device != *number && entry.read_only;
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

}  // namespace driver
