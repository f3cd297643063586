#include <blkid/blkid.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>

#include "common/base/files.h"
#include "common/base/text.h"
#include "driver/host/linux_host.h"
#include "driver/host/linux_host_errors.h"
#include "driver/host/linux_host_files.h"
#include "driver/host/partition_table.h"

namespace driver {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSysfsSector = 512;  // the unit of sysfs, whatever the device's is

fs::path SysfsOf(const DeviceNumber& number) {
  return fmt::format("/sys/dev/block/{}:{}", number.major, number.minor);
}

template <class T>
std::optional<T> NumberIn(const fs::path& file) {
  const auto text = base::ReadFile(file);
  return text ? base::ParseNumber<T>(base::Trim(*text)) : std::nullopt;
}

std::optional<DeviceNumber> DeviceIn(const fs::path& file) {
  const auto text = base::ReadFile(file).value_or("");
  const auto parts = base::Split(base::Trim(text), ':');
  if (parts.size() != 2) return std::nullopt;
  const auto major = base::ParseNumber<unsigned>(parts[0]);
  const auto minor = base::ParseNumber<unsigned>(parts[1]);
  if (!major || !minor) return std::nullopt;
  return DeviceNumber{*major, *minor};
}

bool IsPartition(const fs::path& sysfs) {
  std::error_code error;
  return fs::exists(sysfs / "partition", error);
}

// Where no udev runs, nothing makes the nodes of partitions or takes old ones away.
HostResult<void> EnsureNode(const std::string& node, const DeviceNumber& number) {
  const dev_t wanted = gnu_dev_makedev(number.major, number.minor);
  struct stat status {};
  if (stat(node.c_str(), &status) == 0) {
    if (S_ISBLK(status.st_mode) && status.st_rdev == wanted) return {};
    if (!S_ISBLK(status.st_mode) || unlink(node.c_str()) != 0) {
      return Fail(HostFault::kFailed, fmt::format("{} is not that partition", node));
    }
  }
  if (mknod(node.c_str(), S_IFBLK | S_IRUSR | S_IWUSR, wanted) == 0 || errno == EEXIST) return {};
  return Fail(SystemError("mknod " + node));
}

// By number. Names of the kernel are "vdb1", "loop3p1".
HostResult<std::vector<std::string>> ListPartitions(const std::string& device,
                                                    const DeviceNumber& number) {
  std::map<unsigned, std::string> nodes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(SysfsOf(number), error)) {
    const auto order = NumberIn<unsigned>(entry.path() / "partition");
    const auto own = DeviceIn(entry.path() / "dev");
    if (!order || !own) continue;
    const std::string node = fs::path(device).parent_path() / entry.path().filename();
    if (auto ensured = EnsureNode(node, *own); !ensured) return Fail(ensured.error());
    nodes[*order] = node;
  }
  std::vector<std::string> partitions;
  for (auto& [order, node] : nodes) partitions.push_back(std::move(node));
  return partitions;
}

// One partition and the disk that it is on, all in bytes.
struct Place {
  std::string disk;  // its node
  unsigned number = 0;
  std::int64_t start = 0;
  std::int64_t bytes = 0;
};

HostResult<Place> PlaceOf(const std::string& partition, const DeviceNumber& number) {
  std::error_code error;
  const fs::path sysfs = fs::canonical(SysfsOf(number), error);
  const auto order = NumberIn<unsigned>(sysfs / "partition");
  const auto start = NumberIn<std::int64_t>(sysfs / "start");
  const auto sectors = NumberIn<std::int64_t>(sysfs / "size");
  if (error || !order || !start || !sectors) {
    return Fail(HostFault::kFailed, fmt::format("{} is not a partition", partition));
  }
  return Place{.disk = fs::path(partition).parent_path() / sysfs.parent_path().filename(),
               .number = *order,
               .start = *start * kSysfsSector,
               .bytes = *sectors * kSysfsSector};
}

// What the kernel is to know of a partition, in bytes, without reading the table.
bool TellKernel(int disk, int operation, unsigned number, std::int64_t start, std::int64_t bytes) {
  blkpg_partition change{};
  change.start = start;
  change.length = bytes;
  change.pno = static_cast<int>(number);
  blkpg_ioctl_arg argument{};
  argument.op = operation;
  argument.datalen = sizeof change;
  argument.data = &change;
  return ioctl(disk, BLKPG, &argument) == 0;
}

// For kernels that were built to read no tables, as small virtual machines have them.
void AddPartitionsOfTable(int disk) {
  const std::unique_ptr<std::remove_pointer_t<blkid_probe>, decltype(&blkid_free_probe)> probe(
      blkid_new_probe(), &blkid_free_probe);
  if (!probe || blkid_probe_set_device(probe.get(), disk, 0, 0) != 0) return;
  blkid_probe_enable_partitions(probe.get(), 1);
  const auto table = blkid_probe_get_partitions(probe.get());
  const int count = table == nullptr ? 0 : blkid_partlist_numof_partitions(table);
  for (int i = 0; i < count; ++i) {
    const auto partition = blkid_partlist_get_partition(table, i);
    TellKernel(disk, BLKPG_ADD_PARTITION,
               static_cast<unsigned>(blkid_partition_get_partno(partition)),
               blkid_partition_get_start(partition) * kSysfsSector,
               blkid_partition_get_size(partition) * kSysfsSector);
  }
}

}  // namespace

HostResult<std::vector<std::string>> LinuxHost::Partitions(const std::string& device) {
  const auto number = NumberOf(device);
  if (!number) return Fail(number.error());
  auto partitions = ListPartitions(device, *number);
  if (!partitions || !partitions->empty()) return partitions;
  // A table written a moment ago may not have been read yet. Refused for devices that are not to
  // have partitions.
  const Descriptor opened(device, O_RDONLY);
  if (!opened.Open()) return Fail(SystemError(device));
  if (ioctl(opened.Get(), BLKRRPART) != 0) return partitions;
  partitions = ListPartitions(device, *number);
  if (!partitions || !partitions->empty()) return partitions;
  AddPartitionsOfTable(opened.Get());
  return ListPartitions(device, *number);
}

DeviceNumber LinuxHost::WholeDisk(const DeviceNumber& device) {
  if (device.major == 0 || !IsPartition(SysfsOf(device))) return device;
  std::error_code error;
  const fs::path sysfs = fs::canonical(SysfsOf(device), error);
  return DeviceIn(sysfs.parent_path() / "dev").value_or(device);
}

HostResult<std::int64_t> LinuxHost::DiskBytes(const std::string& device) {
  const auto number = NumberOf(device);
  if (!number) return Fail(number.error());
  const auto disk = WholeDisk(*number);
  if (disk == *number) return DeviceBytes(device);
  const auto sectors = NumberIn<std::int64_t>(SysfsOf(disk) / "size");
  if (!sectors) return Fail(HostFault::kMissing, fmt::format("the disk of {} is gone", device));
  return *sectors * kSysfsSector;
}

HostResult<void> LinuxHost::GrowPartition(const std::string& partition) {
  const auto own = NumberOf(partition);
  if (!own) return Fail(own.error());
  const auto place = PlaceOf(partition, *own);
  if (!place) return Fail(place.error());
  const auto bytes = DeviceBytes(place->disk);
  if (!bytes) return Fail(bytes.error());
  if (place->start + place->bytes + kPartitionSlack > *bytes) return {};
  const auto grown = GrowInTable(place->disk, place->number);
  if (!grown || grown->start != place->start) {
    return Fail(HostFault::kFailed,
                fmt::format("{} cannot grow: {}", partition,
                            grown ? "the kernel has another table than the disk" : grown.error()));
  }
  // It does not read the table again while the partition is mounted.
  const Descriptor disk(place->disk, O_RDONLY);
  if (!disk.Open() ||
      !TellKernel(disk.Get(), BLKPG_RESIZE_PARTITION, place->number, grown->start, grown->bytes)) {
    return Fail(SystemError("growth of " + partition));
  }
  return {};
}

}  // namespace driver
