#pragma once
// The machine that this process runs on: mount(2), libblkid, mkfs and its relatives.
#include "driver/base/clock.h"
#include "driver/host/host.h"

namespace driver {

// Needs root. Thread-safe. Programs are looked up in the usual system folders and are ended after
// minutes, never by a caller's deadline: an interrupted mkfs or fsck would only have to start
// again.
class LinuxHost : public Host {
 public:
  explicit LinuxHost(Clock& clock) : clock_(clock) {}
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
  HostResult<std::vector<MountEntry>> Mounts() override;
  HostResult<FsUsage> Usage(const std::string& path) override;

  std::vector<std::string> MissingPrograms() override;

  PathKind KindOf(const std::string& path) override;
  HostResult<void> MakeDirectory(const std::string& path) override;
  HostResult<void> MakeFile(const std::string& path) override;
  HostResult<void> Remove(const std::string& path) override;
  std::string RealPath(const std::string& path) override;

 private:
  Clock& clock_;
};

}  // namespace driver
