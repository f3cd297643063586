#include "cloudapi/agent/device_reconciler.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "cloudapi/agent/crash_points.h"
#include "cloudapi/images/blocks.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// As udev names the disks of an ECS instance.
constexpr std::string_view kVirtioPrefix = "virtio-";
constexpr std::string_view kNvmePrefix = "nvme-Alibaba_Cloud_Elastic_Block_Storage_";
constexpr std::size_t kLongestTagId = 32;
constexpr int kTries = 32;  // others take free loop devices at the same time

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
                             : fmt::format("i#{:016x}", base::StableHash(instance_id));
  return fmt::format("zonedisk:{}:{:x}", id, blocks_dir.inode);
}

DeviceReconciler::DeviceReconciler(DeviceReconcilerOptions options, LoopDevices& loops,
                                   Freezer& freezer)
    : options_(std::move(options)),
      loops_(loops),
      freezer_(freezer),
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

// nullptr: no disk is wanted, or another generation of it than the device holds.
const WantedDisk* DeviceReconciler::FindWanted(const WantedSet& wanted, const Held& held) {
  const auto disk = FindDisk(wanted.disks, held.disk);
  return disk != wanted.disks.end() && disk->generation == held.generation ? &*disk : nullptr;
}

std::filesystem::path DeviceReconciler::LinkOf(const WantedDisk& disk) const {
  return options_.by_id_dir /
         fmt::format("{}{}", disk.nvme ? kNvmePrefix : kVirtioPrefix, disk.serial);
}

bool DeviceReconciler::IsLinked(const WantedDisk& disk, const Held& held) {
  const auto node = loops_.Node(held.device.number);
  std::error_code error;
  return node && std::filesystem::read_symlink(LinkOf(disk), error) == *node && !error;
}

// The disks' links to loop devices, with their targets. Links to anything else are not the agent's.
std::map<std::filesystem::path, std::filesystem::path> DeviceReconciler::LoopLinks() const {
  std::map<std::filesystem::path, std::filesystem::path> links;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.by_id_dir, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kVirtioPrefix) && !name.starts_with(kNvmePrefix)) continue;
    std::error_code unreadable;
    auto target = std::filesystem::read_symlink(entry.path(), unreadable);
    if (!unreadable && IsLoopPath(target)) links.emplace(entry.path(), std::move(target));
  }
  return links;
}

void DeviceReconciler::AddError(std::string what) {
  converged_ = false;
  errors_.push_back(std::move(what));
}

// The link goes first: no program shall find a device that is about to vanish.
void DeviceReconciler::Release(const Held& held) {
  const base::CrashScope scope([&held] { return base::CrashSubjects{{"release", held.disk}}; });
  freezer_.Thaw(held.disk);
  const auto node = loops_.Node(held.device.number);
  std::error_code error;
  for (const auto& [link, target] : LoopLinks()) {
    if (node && target == *node) std::filesystem::remove(link, error);
  }
  CrashPoint("agent.after-unlink-before-clear");
  const auto cleared = loops_.Clear(held.device.number);
  if (!cleared) AddError(cleared.error().message);
  CrashPoint("agent.after-clear-before-report");
}

void DeviceReconciler::ReleaseUnwanted(const WantedSet& wanted, const std::vector<Held>& held) {
  std::vector<std::string> kept;
  for (const Held& device : held) {
    const bool fits = FindWanted(wanted, device) != nullptr && !device.device.deleted;
    // One device for each disk: a second one is what a crash and a restart at once may leave.
    if (fits && std::ranges::find(kept, device.disk) == kept.end()) {
      kept.push_back(device.disk);
    } else {
      Release(device);
    }
  }
}

void DeviceReconciler::Configure(const WantedDisk& disk) {
  const base::CrashScope scope([&disk] { return base::CrashSubjects{{"configure", disk.disk}}; });
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
  const base::CrashScope scope([&disk] { return base::CrashSubjects{{"grow", disk.disk}}; });
  const auto grown = loops_.Resize(held.device.number);
  if (!grown) AddError(grown.error().message);
  CrashPoint("agent.after-resize-before-report");
}

void DeviceReconciler::Link(const WantedDisk& disk, const Held& held) {
  const base::CrashScope scope([&disk] { return base::CrashSubjects{{"link", disk.disk}}; });
  if (held.device.bytes < disk.bytes || IsLinked(disk, held)) return;
  const auto node = loops_.Node(held.device.number);
  if (!node) return AddError(node.error().message);
  // Here rather than where the device is configured: a crash in between would skip it.
  const auto reset = loops_.Reset(held.device.number, false);
  if (!reset) return AddError(reset.error().message);
  const std::filesystem::path link = LinkOf(disk);
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
  const base::CrashScope scope([&disk] { return base::CrashSubjects{{"flush", disk.disk}}; });
  const auto flushed = loops_.Flush(held.device.number);
  if (!flushed) return AddError(flushed.error().message);
  CrashPoint("agent.after-flush-before-report");
  flushed_[disk.disk] = disk.flush;
}

// First all that is cached is written out, so that writers are held up shortly; this is also what a
// device without a mounted file system needs. Then all are frozen, one right after the other.
void DeviceReconciler::FreezeOrThaw(const WantedSet& wanted, const std::vector<Held>& held) {
  std::vector<const Held*> due;
  for (const Held& device : held) {
    const WantedDisk* disk = FindWanted(wanted, device);
    if (disk == nullptr || disk->freeze == 0) {
      freezer_.Thaw(device.disk);
    } else if (freezer_.LastTicket(device.disk) != disk->freeze) {
      const auto flushed = loops_.Flush(device.device.number);
      if (!flushed) AddError(flushed.error().message);
      if (flushed) due.push_back(&device);
    }
  }
  for (const Held* device : due) {
    const std::string name = fmt::format("loop{}", device->device.number);
    const auto frozen = freezer_.Freeze(device->disk, name, FindWanted(wanted, *device)->freeze);
    if (!frozen) AddError(frozen.error().message);
  }
}

// After a reboot, or when a device let go while the agent was down.
void DeviceReconciler::RemoveStaleLinks(const WantedSet& wanted, const std::vector<Held>& held) {
  for (const auto& entry : LoopLinks()) {
    const auto& link = entry.first;
    const bool leads_to_its_disk = std::ranges::any_of(held, [&](const Held& device) {
      const WantedDisk* disk = FindWanted(wanted, device);
      return disk != nullptr && LinkOf(*disk) == link && IsLinked(*disk, device);
    });
    std::error_code error;
    if (!leads_to_its_disk) std::filesystem::remove(link, error);
  }
}

ObservedSet DeviceReconciler::LinkAndObserve(const WantedSet& wanted) {
  ObservedSet observed{.revision = wanted.revision};
  const std::vector<Held> held = HeldDevices();
  FreezeOrThaw(wanted, held);
  for (const Held& device : held) {
    const WantedDisk* disk = FindWanted(wanted, device);
    if (disk != nullptr) {
      Link(*disk, device);
      Flush(*disk, device);
    }
    const bool linked = disk != nullptr && IsLinked(*disk, device);
    if (!linked) converged_ = false;  // also what must go and has not gone yet
    const LoopTotals totals = loops_.Totals(device.device.number);
    observed.disks.push_back({.disk = device.disk,
                              .generation = device.generation,
                              .bytes = device.device.bytes,
                              .linked = linked,
                              .flushed = flushed_[device.disk],
                              .frozen = freezer_.FrozenFor(device.disk),
                              .held = freezer_.HeldFor(device.disk),
                              .reads = totals.reads,
                              .writes = totals.writes,
                              .read_bytes = totals.read_bytes,
                              .written_bytes = totals.written_bytes,
                              .read_micros = totals.read_micros,
                              .write_micros = totals.write_micros});
  }
  return observed;
}

ObservedSet DeviceReconciler::Reconcile(const WantedSet& wanted) {
  errors_.clear();
  converged_ = true;
  ReleaseUnwanted(wanted, HeldDevices());
  const std::vector<Held> kept = HeldDevices();
  RemoveStaleLinks(wanted, kept);
  for (const WantedDisk& disk : wanted.disks) Present(disk, kept);
  for (const Held& device : HeldDevices()) {
    const WantedDisk* disk = FindWanted(wanted, device);
    if (disk != nullptr) Grow(*disk, device);
  }
  ObservedSet observed = LinkAndObserve(wanted);
  std::ranges::sort(errors_);
  errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
  return observed;
}

}  // namespace cloudapi
