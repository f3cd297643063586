#include "driver/testing/fake_host.h"

#include <algorithm>
#include <utility>

namespace driver {
namespace {

constexpr DeviceNumber kDevFileSystem{0, 5};
constexpr std::int64_t kTableRoom = 1 << 20;

bool Has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

FakeDevice& FakeHost::Attach(const std::string& node, const std::string& link, std::int64_t bytes) {
  // The kernel gives a number that has become free to another disk, with the flag it had.
  const bool reused = vanished_.erase(node) > 0;
  links_[link] = node;
  auto& device = devices_[node];
  device = {.number = reused ? device.number : DeviceNumber{7, next_minor_++},
            .bytes = bytes,
            .read_only = reused && device.read_only};
  return device;
}

FakeDevice& FakeHost::AddPartition(const std::string& disk, const std::string& node) {
  auto& whole = devices_.at(disk);
  whole.content = {.kind = ContentKind::kPartitioned, .type = "gpt"};
  whole.ends_zero = false;
  auto& partition = devices_[node];
  partition = {.number = {259, next_minor_++}, .bytes = whole.bytes - kTableRoom, .disk = disk};
  return partition;
}

void FakeHost::Vanish(const std::string& node) {
  vanished_.insert(node);
  std::erase_if(links_, [&](const auto& link) { return link.second == node; });
}

void FakeHost::Write(const std::string& target, const std::string& data) {
  const auto* entry = MountAt(target);
  if (entry == nullptr || entry->read_only || entry->file_system_read_only) {
    Violation("write to " + target);
    return;
  }
  FindByNumber(entry->device)->data = data;
}

std::string FakeHost::Read(const std::string& target) {
  const auto* entry = MountAt(target);
  return entry == nullptr ? "not mounted" : FindByNumber(entry->device)->data;
}

const MountEntry* FakeHost::MountAt(const std::string& target) const {
  const auto found = std::find_if(mounts_.rbegin(), mounts_.rend(),
                                  [&](const MountEntry& entry) { return entry.target == target; });
  return found == mounts_.rend() ? nullptr : &*found;
}

FakeDevice* FakeHost::Find(const std::string& path) {
  const auto bound = bound_.find(path);
  const auto& node = bound == bound_.end() ? path : bound->second;
  const auto found = devices_.find(node);
  if (found == devices_.end()) return nullptr;
  // A bound node stays after its device has gone; the node itself goes with it.
  return bound == bound_.end() && vanished_.contains(node) ? nullptr : &found->second;
}

FakeDevice* FakeHost::FindByNumber(const DeviceNumber& number) {
  for (auto& [node, device] : devices_) {
    if (device.number == number) return &device;
  }
  return nullptr;
}

bool FakeHost::IsMounted(const DeviceNumber& number) const {
  return std::any_of(mounts_.begin(), mounts_.end(),
                     [&](const MountEntry& entry) { return entry.device == number; });
}

HostError FakeHost::Violation(const std::string& what) {
  violations_.push_back(what);
  return {HostFault::kFailed, "not allowed: " + what};
}

HostError FakeHost::Missing(const std::string& path) const {
  return {HostFault::kMissing, path + ": No such file or directory"};
}

HostResult<std::string> FakeHost::ResolveDevice(const std::string& link) {
  const auto found = links_.find(link);
  if (found == links_.end()) return Fail(Missing(link));
  if (!devices_.contains(found->second)) {
    return Fail(HostFault::kFailed, found->second + " is not a block device");
  }
  return found->second;
}

HostResult<DeviceNumber> FakeHost::NumberOf(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->number;
}

HostResult<std::int64_t> FakeHost::DeviceBytes(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->bytes;
}

HostResult<bool> FakeHost::IsReadOnly(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->read_only;
}

HostResult<void> FakeHost::SetReadOnly(const std::string& device, bool read_only) {
  auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  if (IsMounted(found->number)) return Fail(Violation("SetReadOnly of mounted " + device));
  found->read_only = read_only;
  steps_.push_back("SetReadOnly " + device);
  return {};
}

HostResult<std::vector<std::string>> FakeHost::Partitions(const std::string& device) {
  if (Find(device) == nullptr) return Fail(Missing(device));
  std::vector<std::string> partitions;
  for (const auto& [node, row] : devices_) {
    if (row.disk == device) partitions.push_back(node);
  }
  return partitions;
}

DeviceNumber FakeHost::WholeDisk(const DeviceNumber& device) {
  const auto* found = FindByNumber(device);
  return found == nullptr || found->disk.empty() ? device : devices_.at(found->disk).number;
}

HostResult<std::int64_t> FakeHost::DiskBytes(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->disk.empty() ? found->bytes : devices_.at(found->disk).bytes;
}

HostResult<void> FakeHost::GrowPartition(const std::string& partition) {
  auto* found = Find(partition);
  if (found == nullptr) return Fail(Missing(partition));
  if (found->disk.empty() || Partitions(found->disk)->size() != 1) {
    return Fail(Violation("GrowPartition of " + partition));
  }
  found->bytes = devices_.at(found->disk).bytes - kTableRoom;
  steps_.push_back("GrowPartition " + partition);
  return {};
}

HostResult<Content> FakeHost::Probe(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->content;
}

HostResult<bool> FakeHost::EndsAreZero(const std::string& device) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  return found->ends_zero;
}

HostResult<void> FakeHost::Format(const FormatRequest& request) {
  auto* found = Find(request.device);
  if (found == nullptr) return Fail(Missing(request.device));
  if (IsMounted(found->number)) return Fail(Violation("Format of mounted " + request.device));
  if (found->content.kind != ContentKind::kEmpty &&
      found->content.kind != ContentKind::kUnfinished) {
    return Fail(Violation("Format of used " + request.device));
  }
  if (found->read_only) return Fail(HostFault::kFailed, "mkfs: Operation not permitted");
  found->content = {.kind = ContentKind::kFormatted, .type = request.fs_type};
  found->ends_zero = false;
  found->fs_bytes = found->bytes;
  found->data.clear();
  last_format_ = request;
  steps_.push_back("Format " + request.device);
  return {};
}

HostResult<void> FakeHost::Check(const std::string& device, const std::string& fs_type) {
  auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  if (IsMounted(found->number)) return Fail(Violation("Check of mounted " + device));
  if (found->content.type != fs_type)
    return Fail(Violation("Check of " + device + " as " + fs_type));
  steps_.push_back("Check " + device);
  if (found->damaged) return Fail(HostFault::kDamaged, device + " is damaged");
  return {};
}

HostResult<void> FakeHost::Grow(const GrowRequest& request) {
  auto* found = Find(request.device);
  if (found == nullptr) return Fail(Missing(request.device));
  const bool mounted = IsMounted(found->number);
  const auto* entry = MountAt(request.mount_point);
  if (mounted != !request.mount_point.empty() || (mounted && entry == nullptr)) {
    return Fail(Violation("Grow of " + request.device + " at '" + request.mount_point + "'"));
  }
  if (found->content.type == "xfs" && !mounted) return Fail(Violation("Grow of unmounted xfs"));
  if (mounted && (entry->read_only || entry->file_system_read_only)) {
    return Fail(HostFault::kFailed, "Read-only file system");
  }
  if (found->content.type != "xfs" && mounted && !ext_grows_mounted_ &&
      found->fs_bytes < found->bytes) {
    return Fail(HostFault::kGrowForbidden, "growing needs CAP_SYS_RESOURCE");
  }
  found->fs_bytes = found->bytes;
  steps_.push_back("Grow " + request.device);
  return {};
}

HostResult<std::int64_t> FakeHost::FileSystemBytes(const std::string& device,
                                                   const std::string& fs_type) {
  const auto* found = Find(device);
  if (found == nullptr) return Fail(Missing(device));
  if (found->content.type != fs_type) return Fail(Violation("size of " + device));
  return found->fs_bytes;
}

HostResult<void> FakeHost::Mount(const MountRequest& request) {
  const auto* found = Find(request.device);
  if (found == nullptr) return Fail(Missing(request.device));
  if (KindOf(request.target) != PathKind::kDirectory) return Fail(Missing(request.target));
  if (MountAt(request.target) != nullptr) {
    return Fail(Violation("second mount at " + request.target));
  }
  if (found->content.kind != ContentKind::kFormatted || found->content.type != request.fs_type) {
    return Fail(HostFault::kFailed, "wrong fs type, bad superblock");
  }
  if (found->read_only && !request.read_only) {
    return Fail(HostFault::kFailed, "device is write-protected");
  }
  if (request.fs_type == "xfs" && !Has(request.options, "nouuid")) {
    return Fail(Violation("xfs without nouuid"));
  }
  mounts_.push_back({.device = found->number,
                     .root = "/",
                     .target = request.target,
                     .fs_type = request.fs_type,
                     .source = request.device,
                     .read_only = request.read_only,
                     .file_system_read_only = request.read_only,
                     .options = request.options});
  steps_.push_back("Mount " + request.target);
  return {};
}

HostResult<void> FakeHost::BindMount(const BindRequest& request) {
  if (MountAt(request.target) != nullptr) {
    return Fail(Violation("second mount at " + request.target));
  }
  if (devices_.contains(request.source)) {
    if (Find(request.source) == nullptr) return Fail(Missing(request.source));
    if (KindOf(request.target) != PathKind::kFile) return Fail(Missing(request.target));
    mounts_.push_back({.device = kDevFileSystem,
                       .root = request.source.substr(request.source.rfind('/')),
                       .target = request.target,
                       .fs_type = "devtmpfs",
                       .source = "devtmpfs",
                       .read_only = request.read_only});
    bound_[request.target] = request.source;
    steps_.push_back("BindMount " + request.target);
    return {};
  }
  const auto* source = MountAt(request.source);
  if (source == nullptr) return Fail(Violation("bind of unmounted " + request.source));
  if (KindOf(request.target) != PathKind::kDirectory) return Fail(Missing(request.target));
  auto entry = *source;
  entry.target = request.target;
  entry.read_only = entry.read_only || request.read_only;
  mounts_.push_back(std::move(entry));
  steps_.push_back("BindMount " + request.target);
  return {};
}

HostResult<void> FakeHost::Unmount(const std::string& target) {
  const auto found = std::find_if(mounts_.rbegin(), mounts_.rend(),
                                  [&](const MountEntry& entry) { return entry.target == target; });
  if (found == mounts_.rend()) return Fail(Violation("Unmount of unmounted " + target));
  mounts_.erase(std::next(found).base());
  bound_.erase(target);
  steps_.push_back("Unmount " + target);
  return {};
}

HostResult<FsUsage> FakeHost::Usage(const std::string& path) {
  const auto* entry = MountAt(path);
  if (entry == nullptr) return Fail(Missing(path));
  const auto bytes = FindByNumber(entry->device)->fs_bytes;
  return FsUsage{.total_bytes = bytes,
                 .free_bytes = bytes / 2,
                 .available_bytes = bytes / 4,
                 .total_inodes = 100,
                 .free_inodes = 90};
}

PathKind FakeHost::KindOf(const std::string& path) {
  if (bound_.contains(path)) return PathKind::kBlockDevice;
  const auto found = paths_.find(path);
  return found == paths_.end() ? PathKind::kMissing : found->second;
}

HostResult<void> FakeHost::MakeDirectory(const std::string& path) {
  if (KindOf(path) == PathKind::kFile) return Fail(HostFault::kFailed, path + " is a file");
  paths_[path] = PathKind::kDirectory;
  steps_.push_back("MakeDirectory " + path);
  return {};
}

HostResult<void> FakeHost::MakeFile(const std::string& path) {
  if (KindOf(path) == PathKind::kDirectory) return Fail(HostFault::kFailed, path + " is a folder");
  paths_[path] = PathKind::kFile;
  steps_.push_back("MakeFile " + path);
  return {};
}

HostResult<void> FakeHost::Remove(const std::string& path) {
  if (MountAt(path) != nullptr) return Fail(Violation("Remove of mounted " + path));
  paths_.erase(path);
  steps_.push_back("Remove " + path);
  return {};
}

std::string FakeHost::RealPath(const std::string& path) {
  return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

}  // namespace driver
