#pragma once
// A machine in memory, stricter than a real one: what no careful caller does is refused and noted.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "driver/host/host.h"

namespace driver {

// What a device is and holds.
struct FakeDevice {
  DeviceNumber number;
  std::int64_t bytes = 0;
  bool read_only = false;
  Content content{.kind = ContentKind::kEmpty};
  bool ends_zero = true;
  std::int64_t fs_bytes = 0;  // what the file system covers
  bool damaged = false;
  std::string disk;  // node of the disk that this is a partition of; empty: a disk itself
  std::string data;  // what was written into the file system or onto the device
};

// Not thread-safe.
class FakeHost : public Host {
 public:
  // A disk that has just been attached: a device node and a link to it.
  FakeDevice& Attach(const std::string& node, const std::string& link, std::int64_t bytes);
  // The disk gets a partition table, or one partition more, which ends 1 MiB before its end.
  FakeDevice& AddPartition(const std::string& disk, const std::string& node);
  // Link and node vanish; mounts stay, as after a forced detach.
  void Vanish(const std::string& node);
  // A link that leads to something else than a device.
  void LinkTo(const std::string& link, const std::string& path) { links_[link] = path; }
  void Write(const std::string& target, const std::string& data);
  std::string Read(const std::string& target);
  FakeDevice& Device(const std::string& node) { return devices_.at(node); }
  void SetMissingPrograms(std::vector<std::string> names) { missing_programs_ = std::move(names); }
  void ForbidMountedExtGrowth() { ext_grows_mounted_ = false; }
  // Calls that change something, in order: "Format /dev/vdb", "Mount /staging".
  const std::vector<std::string>& Steps() const { return steps_; }
  // What a careful caller would not have done. Tests end by expecting none.
  const std::vector<std::string>& Violations() const { return violations_; }
  const MountEntry* MountAt(const std::string& target) const;
  const FormatRequest& LastFormat() const { return last_format_; }

  HostResult<std::string> ResolveDevice(const std::string& link) override;
  HostResult<DeviceNumber> NumberOf(const std::string& device) override;
  HostResult<std::int64_t> DeviceBytes(const std::string& device) override;
  HostResult<bool> IsReadOnly(const std::string& device) override;
  HostResult<void> SetReadOnly(const std::string& device, bool read_only) override;
  HostResult<std::vector<std::string>> Partitions(const std::string& device) override;
  DeviceNumber WholeDisk(const DeviceNumber& device) override;
  HostResult<std::int64_t> DiskBytes(const std::string& device) override;
  HostResult<void> GrowPartition(const std::string& partition) override;
  HostResult<Content> Probe(const std::string& device) override;
  HostResult<bool> EndsAreZero(const std::string& device) override;
  HostResult<void> Format(const FormatRequest& request) override;
  HostResult<void> Check(const std::string& device, const std::string& fs_type) override;
  HostResult<void> Grow(const GrowRequest& request) override;
  HostResult<std::int64_t> FileSystemBytes(const std::string& device,
                                           const std::string& fs_type) override;
  HostResult<void> Mount(const MountRequest& request) override;
  HostResult<void> BindMount(const BindRequest& request) override;
  HostResult<void> Unmount(const std::string& target) override;
  HostResult<std::vector<MountEntry>> Mounts() override { return mounts_; }
  HostResult<FsUsage> Usage(const std::string& path) override;
  std::vector<std::string> MissingPrograms() override { return missing_programs_; }
  PathKind KindOf(const std::string& path) override;
  HostResult<void> MakeDirectory(const std::string& path) override;
  HostResult<void> MakeFile(const std::string& path) override;
  HostResult<void> Remove(const std::string& path) override;
  std::string RealPath(const std::string& path) override;

 private:
  // The device node itself, or the one bound at the path; null when there is none.
  FakeDevice* Find(const std::string& path);
  FakeDevice* FindByNumber(const DeviceNumber& number);
  bool IsMounted(const DeviceNumber& number) const;
  HostError Violation(const std::string& what);
  HostError Missing(const std::string& path) const;

  std::map<std::string, FakeDevice> devices_;  // by node
  std::set<std::string> vanished_;             // nodes that are gone
  std::map<std::string, std::string> links_;   // to nodes
  std::map<std::string, std::string> bound_;   // target of a bound device node → node
  std::vector<MountEntry> mounts_;
  std::map<std::string, PathKind> paths_;
  std::vector<std::string> missing_programs_;
  std::vector<std::string> steps_;
  std::vector<std::string> violations_;
  FormatRequest last_format_;
  bool ext_grows_mounted_ = true;
  unsigned next_minor_ = 1;
};

}  // namespace driver
