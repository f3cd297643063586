#pragma once
// The machine as the node side needs it: block devices, file systems, mounts and the paths they
// hang on. Nothing here knows of volumes. The real one is LinuxHost, the strict one FakeHost.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/expected.h"

namespace driver {

enum class HostFault {
  kMissing,        // the path, link or device is not there
  kBusy,           // mounted or held open
  kDamaged,        // a file system with errors that need a person
  kGrowForbidden,  // the kernel refuses to grow a mounted ext4 without CAP_SYS_RESOURCE
  kTimedOut,       // a program outlived its limit and was ended
  kFailed,
};

struct HostError {
  HostFault fault = HostFault::kFailed;
  std::string message;  // what was tried on what, and what the machine answered
  bool operator==(const HostError&) const = default;
};

template <class T>
using HostResult = base::Expected<T, HostError>;

inline tl::unexpected<HostError> Fail(HostError error) {
  return tl::unexpected<HostError>(std::move(error));
}

inline tl::unexpected<HostError> Fail(HostFault fault, std::string message) {
  return Fail(HostError{fault, std::move(message)});
}

// The kernel's name of a block device.
struct DeviceNumber {
  unsigned major = 0;
  unsigned minor = 0;
  bool operator==(const DeviceNumber&) const = default;
};

enum class ContentKind {
  kEmpty,       // no signature of anything known
  kFormatted,   // one file system
  kUnfinished,  // the beginning of a file system whose mkfs was interrupted, or of one under repair
  kPartitioned,  // a partition table
  kOther,        // RAID member, LVM, swap, …
  kAmbivalent,   // several signatures that contradict each other
};

struct Content {
  ContentKind kind = ContentKind::kAmbivalent;
  std::string
      type;  // "ext4"; "gpt", "dos" for a partition table; empty when there is none or undecided
  bool operator==(const Content&) const = default;
};

// One line of the mount table.
struct MountEntry {
  DeviceNumber device;  // of the file system
  std::string root;    // which part of it is mounted: "/" for all, "/loop3" for a bound device node
  std::string target;  // where
  std::string fs_type;                 // "ext4"
  std::string source;                  // "/dev/vdb"
  bool read_only = false;              // this mount
  bool file_system_read_only = false;  // the file system under it
  std::vector<std::string> options;    // both kinds, as the kernel words them
  bool operator==(const MountEntry&) const = default;
};

struct MountRequest {
  std::string device;
  std::string target;
  std::string fs_type;
  std::vector<std::string> options;  // words of mount(8): "noatime", "nouuid"
  bool read_only = false;
};

struct BindRequest {
  std::string source;
  std::string target;
  bool read_only = false;
  std::vector<std::string> options;  // of the mount, not of the file system: "noexec"
};

struct FormatRequest {
  std::string device;
  std::string fs_type;                 // ext3, ext4, xfs
  std::vector<std::string> arguments;  // all of mkfs's, the device excepted
};

// A mounted file system to be grown to its device, or an unmounted one (`mount_point` empty, ext
// only).
struct GrowRequest {
  std::string device;
  std::string fs_type;
  std::string mount_point;
};

// Bytes and inodes of a mounted file system. Source: statvfs(3).
struct FsUsage {
  std::int64_t total_bytes = 0;
  std::int64_t free_bytes = 0;       // reserved ones included
  std::int64_t available_bytes = 0;  // to ordinary users
  std::int64_t total_inodes = 0;
  std::int64_t free_inodes = 0;
  bool operator==(const FsUsage&) const = default;
};

enum class PathKind { kMissing, kDirectory, kFile, kBlockDevice, kOther };

// More than what a partition table takes of its disk, and than what alignment costs: a partition
// that ends this close to the disk's end needs no growth.
inline constexpr std::int64_t kPartitionSlack = 2 << 20;

// Thread-safe: calls about different devices and targets may run at once.
class Host {
 public:
  virtual ~Host() = default;

  // The node of the block device that `link` (or a device node itself) stands for. kMissing when
  // there is none, kFailed when it is something else.
  virtual HostResult<std::string> ResolveDevice(const std::string& link) = 0;
  virtual HostResult<DeviceNumber> NumberOf(const std::string& device) = 0;
  virtual HostResult<std::int64_t> DeviceBytes(const std::string& device) = 0;
  // Whether the kernel refuses writes to the device, and setting that.
  virtual HostResult<bool> IsReadOnly(const std::string& device) = 0;
  virtual HostResult<void> SetReadOnly(const std::string& device, bool read_only) = 0;
  // The partitions of a disk that the kernel knows, by number.
  virtual HostResult<std::vector<std::string>> Partitions(const std::string& device) = 0;
  // The disk that a partition is on; any other device itself.
  virtual DeviceNumber WholeDisk(const DeviceNumber& device) = 0;
  // Bytes of the disk that the device is or is a partition of.
  virtual HostResult<std::int64_t> DiskBytes(const std::string& device) = 0;
  // Lets a partition, mounted or not, reach to the end of its disk. It must be the only one there.
  virtual HostResult<void> GrowPartition(const std::string& partition) = 0;
  virtual HostResult<Content> Probe(const std::string& device) = 0;
  // Whether the first and the last 4 MiB read zero (the whole of a smaller device).
  virtual HostResult<bool> EndsAreZero(const std::string& device) = 0;

  virtual HostResult<void> Format(const FormatRequest& request) = 0;
  // Repairs what is safe to repair without a person; kDamaged when errors remain. Nothing to do for
  // xfs, which recovers when mounted.
  virtual HostResult<void> Check(const std::string& device, const std::string& fs_type) = 0;
  virtual HostResult<void> Grow(const GrowRequest& request) = 0;
  // Bytes that the file system says it covers. Just after growing a mounted xfs still the old size.
  virtual HostResult<std::int64_t> FileSystemBytes(const std::string& device,
                                                   const std::string& fs_type) = 0;

  virtual HostResult<void> Mount(const MountRequest& request) = 0;
  // A directory or a file, without what is mounted below it.
  virtual HostResult<void> BindMount(const BindRequest& request) = 0;
  // The topmost mount at `target`; kMissing when nothing is mounted there.
  virtual HostResult<void> Unmount(const std::string& target) = 0;
  virtual HostResult<std::vector<MountEntry>> Mounts() = 0;
  virtual HostResult<FsUsage> Usage(const std::string& path) = 0;

  // Programs that the calls above run and that this machine lacks, sorted.
  virtual std::vector<std::string> MissingPrograms() = 0;

  virtual PathKind KindOf(const std::string& path) = 0;
  virtual HostResult<void> MakeDirectory(const std::string& path) = 0;  // and its parents
  virtual HostResult<void> MakeFile(const std::string& path) = 0;       // empty; and its parents
  // A file or an empty directory; absent is success.
  virtual HostResult<void> Remove(const std::string& path) = 0;
  // The path with every symbolic link that exists resolved, as the mount table has it.
  virtual std::string RealPath(const std::string& path) = 0;
};

}  // namespace driver
