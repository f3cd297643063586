#include "cloudapi/agent/device_reconciler.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cloudapi/base/crash.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {
namespace {

constexpr std::string_view kLinkPrefix = "virtio-";
constexpr std::size_t kLongestTagId = 32;
constexpr int kTries = 32;  // others take free loop devices at the same time

// FNV-1a: a tag has to be the same after every restart, whatever the library.
std::uint64_t StableHash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

bool IsDiskImage(std::string_view base_name) {
  const auto image = ParseImageName(base_name);
  return image && !image->snapshot;
}

bool IsLoopPath(const std::filesystem::path& path) {
  return path.filename().string().starts_with("loop");
}

template <class Disks>
auto FindDisk(const Disks& disks, const std::string& id) {
  return std::ranges::find_if(disks, [&](const auto& disk) { return disk.disk == id; });
}

}  // namespace

std::string DeviceTag(const std::string& instance_id, const FileIdentity& blocks_dir) {
  const std::string id = instance_id.size() <= kLongestTagId
                             ? instance_id
                             : fmt::format("i#{:016x}", StableHash(instance_id));
  return fmt::format("zonedisk:{}:{:x}", id, blocks_dir.inode);
}

DeviceReconciler::DeviceReconciler(DeviceReconcilerOptions options, LoopDevices& loops)
    : options_(std::move(options)),
      loops_(loops),
      tag_(DeviceTag(options_.instance_id, loops.Identity(options_.blocks_dir))) {}

std::vector<DeviceReconciler::Held> DeviceReconciler::HeldDevices() {
  const FileIdentity folder = loops_.Identity(options_.blocks_dir);
  std::vector<Held> held;
  for (LoopDevice& device : loops_.List(IsDiskImage)) {
    // The inode of the folder is unique only within its file system, the image's device number.
    if (device.tag != tag_ || device.file.device != folder.device) continue;
    const auto image =
        ParseImageName(std::filesystem::path(device.backing_file).filename().string());
    if (!image) continue;
    held.push_back(
        {.device = std::move(device), .disk = image->id, .generation = image->generation});
  }
  return held;
}

std::filesystem::path DeviceReconciler::LinkOf(const std::string& disk) const {
  return options_.by_id_dir / (std::string(kLinkPrefix) + SerialNumber(disk));
}

bool DeviceReconciler::IsLinked(const Held& held) {
  const auto node = loops_.Node(held.device.number);
  std::error_code error;
  return node && std::filesystem::read_symlink(LinkOf(held.disk), error) == *node && !error;
}

void DeviceReconciler::AddError(std::string what) {
  converged_ = false;
  errors_.push_back(std::move(what));
}

// The link goes first: nobody shall find a device that is about to vanish.
void DeviceReconciler::Release(const Held& held) {
  std::error_code error;
  if (IsLinked(held)) std::filesystem::remove(LinkOf(held.disk), error);
  CrashPoint("agent.after-unlink-before-clear");
  const auto cleared = loops_.Clear(held.device.number);
  if (!cleared) AddError(cleared.error().message);
  CrashPoint("agent.after-clear-before-report");
}

void DeviceReconciler::ReleaseUnwanted(const WantedSet& wanted, const std::vector<Held>& held) {
  std::vector<std::string> kept;
  for (const Held& device : held) {
    const auto disk = FindDisk(wanted.disks, device.disk);
    const bool fits = disk != wanted.disks.end() && disk->generation == device.generation &&
                      !device.device.deleted;
    // One device for each disk: a second one is what a crash and a restart at once may leave.
    if (fits && std::ranges::find(kept, device.disk) == kept.end()) {
      kept.push_back(device.disk);
    } else {
      Release(device);
    }
  }
}

void DeviceReconciler::Configure(const WantedDisk& disk) {
  const std::filesystem::path image = options_.blocks_dir / disk.image;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const auto number = loops_.FindFree();
    if (!number) return AddError(number.error().message);
    const auto taken = loops_.Configure(*number, image, tag_, false);
    if (!taken) return AddError(taken.error().message);
    if (*taken) {
      CrashPoint("agent.after-configure-before-link");
      return;
    }
  }
  AddError(fmt::format("disk {}: every free loop device was taken by others", disk.disk));
}

void DeviceReconciler::Present(const WantedDisk& disk, const std::vector<Held>& held) {
  const auto device = FindDisk(held, disk.disk);
  if (device != held.end()) {
    if (device->generation == disk.generation && !device->device.deleted) return;
    return AddError(fmt::format("disk {}: generation {} is still in use on this node", disk.disk,
                                device->generation));
  }
  const FileIdentity file = loops_.Identity(options_.blocks_dir / disk.image);
  if (file == FileIdentity{}) return AddError(fmt::format("image {} is missing", disk.image));
  if (!disk.shared) {
    for (const LoopDevice& other : loops_.List(IsDiskImage)) {
      if (other.file == file) {
        return AddError(fmt::format("disk {}: /dev/loop{} of another node holds its image",
                                    disk.disk, other.number));
      }
    }
  }
  Configure(disk);
}

void DeviceReconciler::Grow(const WantedDisk& disk, const Held& held) {
  if (held.device.bytes >= disk.bytes) return;
  const auto grown = loops_.Resize(held.device.number);
  if (!grown) AddError(grown.error().message);
  CrashPoint("agent.after-resize-before-report");
}

void DeviceReconciler::Link(const WantedDisk& disk, const Held& held) {
  if (held.device.bytes < disk.bytes || IsLinked(held)) return;
  const auto node = loops_.Node(held.device.number);
  if (!node) return AddError(node.error().message);
  // Here rather than where the device is configured: a crash in between would skip it.
  const auto reset = loops_.Reset(held.device.number, false);
  if (!reset) return AddError(reset.error().message);
  const std::filesystem::path link = LinkOf(disk.disk);
  const std::filesystem::path fresh = options_.by_id_dir / fmt::format(".{}.new", disk.serial);
  std::error_code error;
  std::filesystem::remove(fresh, error);
  std::filesystem::create_symlink(*node, fresh, error);
  if (!error) std::filesystem::rename(fresh, link, error);
  CrashPoint("agent.after-link-before-report");
  if (error) AddError(fmt::format("link {}: {}", link.string(), error.message()));
}

void DeviceReconciler::Flush(const WantedDisk& disk, const Held& held) {
  if (disk.flush == 0 || flushed_[disk.disk] >= disk.flush) return;
  const auto flushed = loops_.Flush(held.device.number);
  if (!flushed) return AddError(flushed.error().message);
  CrashPoint("agent.after-flush-before-report");
  flushed_[disk.disk] = disk.flush;
}

// Links to loop devices that this node does not hold (any more): after a reboot, or made by a
// device that let go while the agent was down. Links to anything else are not ours.
void DeviceReconciler::RemoveStaleLinks(const std::vector<Held>& held) {
  std::error_code error;
  std::vector<std::filesystem::path> stale;
  for (const auto& entry : std::filesystem::directory_iterator(options_.by_id_dir, error)) {
    if (!entry.path().filename().string().starts_with(kLinkPrefix)) continue;
    std::error_code unreadable;
    const auto target = std::filesystem::read_symlink(entry.path(), unreadable);
    if (unreadable || !IsLoopPath(target)) continue;
    const bool ours = std::ranges::any_of(held, [&](const Held& device) {
      return LinkOf(device.disk) == entry.path() && IsLinked(device);
    });
    if (!ours) stale.push_back(entry.path());
  }
  for (const auto& link : stale) std::filesystem::remove(link, error);
}

ObservedSet DeviceReconciler::Reconcile(const WantedSet& wanted) {
  errors_.clear();
  converged_ = true;
  ReleaseUnwanted(wanted, HeldDevices());
  std::vector<Held> held = HeldDevices();
  RemoveStaleLinks(held);
  for (const WantedDisk& disk : wanted.disks) Present(disk, held);
  held = HeldDevices();
  for (const WantedDisk& disk : wanted.disks) {
    const auto device = FindDisk(held, disk.disk);
    if (device != held.end() && device->generation == disk.generation) Grow(disk, *device);
  }
  held = HeldDevices();
  ObservedSet observed{.revision = wanted.revision};
  for (const Held& device : held) {
    const auto disk = FindDisk(wanted.disks, device.disk);
    const bool fits = disk != wanted.disks.end() && disk->generation == device.generation;
    if (fits) {
      Link(*disk, device);
      Flush(*disk, device);
    }
    const bool linked = fits && IsLinked(device);
    if (!linked) converged_ = false;  // also what shall go and has not gone yet
    observed.disks.push_back({.disk = device.disk,
                              .generation = device.generation,
                              .bytes = device.device.bytes,
                              .linked = linked,
                              .flushed = flushed_[device.disk]});
  }
  std::ranges::sort(errors_);
  errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
  return observed;
}

}  // namespace cloudapi
