#include <blkid/blkid.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "driver/host/linux_host.h"
#include "driver/host/linux_host_errors.h"
#include "driver/host/linux_host_files.h"

namespace driver {
namespace {

constexpr std::int64_t kEnd = 4LL << 20;  // bytes looked at on each side
constexpr std::int64_t kChunk = 1LL << 20;
// xfs: set while mkfs or a repair is at work, refused by mount. Source: XFS on-disk format,
// sb_inprogress.
constexpr off_t kXfsInProgressOffset = 126;

HostResult<bool> IsZero(int fd, std::int64_t from, std::int64_t to) {
  std::vector<char> chunk(static_cast<std::size_t>(kChunk));
  while (from < to) {
    const auto count = static_cast<std::size_t>(std::min(kChunk, to - from));
    if (auto read = ReadAt(fd, chunk.data(), count, from); !read) return Fail(read.error());
    if (!std::all_of(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count),
                     [](char byte) { return byte == 0; })) {
      return false;
    }
    from += static_cast<std::int64_t>(count);
  }
  return true;
}

std::string Value(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  return blkid_probe_lookup_value(probe, name, &value, nullptr) == 0 ? value : "";
}

// What one pass of libblkid found, in our words.
HostResult<Content> Classify(blkid_probe probe, int fd, const std::string& device) {
  const int found = blkid_do_safeprobe(probe);
  if (found == -2) return Content{.kind = ContentKind::kAmbivalent};
  if (found == 1) return Content{.kind = ContentKind::kEmpty};
  if (found != 0) return Fail(SystemError("probe " + device));
  const std::string type = Value(probe, "TYPE");
  const std::string table = Value(probe, "PTTYPE");
  if (!table.empty() && !type.empty()) return Content{.kind = ContentKind::kAmbivalent};
  if (!table.empty()) return Content{.kind = ContentKind::kPartitioned, .type = table};
  if (Value(probe, "USAGE") != "filesystem")
    return Content{.kind = ContentKind::kOther, .type = type};
  if (type == "xfs") {
    char in_progress = 0;
    if (auto read = ReadAt(fd, &in_progress, 1, kXfsInProgressOffset); !read) {
      return Fail(read.error());
    }
    if (in_progress != 0) return Content{.kind = ContentKind::kUnfinished, .type = type};
  }
  return Content{.kind = ContentKind::kFormatted, .type = type};
}

}  // namespace

Descriptor::Descriptor(const std::string& path, int flags)
    : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

HostResult<void> ReadAt(int fd, char* buffer, std::size_t count, std::int64_t offset) {
  while (count > 0) {
    const ssize_t got = pread(fd, buffer, count, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(SystemError("read"));
    if (got == 0) return Fail(HostFault::kFailed, "read: the device ended early");
    buffer += got;
    count -= static_cast<std::size_t>(got);
    offset += got;
  }
  return {};
}

HostResult<std::int64_t> BytesOf(const std::string& device, int fd) {
  std::uint64_t bytes = 0;
  if (ioctl(fd, BLKGETSIZE64, &bytes) != 0) return Fail(SystemError("size of " + device));
  return static_cast<std::int64_t>(bytes);
}

HostResult<std::string> LinuxHost::ResolveDevice(const std::string& link) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(link.c_str(), nullptr), &free);
  if (!real) return Fail(SystemError(link));
  struct stat status {};
  if (stat(real.get(), &status) != 0) return Fail(SystemError(real.get()));
  if (!S_ISBLK(status.st_mode)) {
    return Fail(HostFault::kFailed, fmt::format("{} is not a block device", real.get()));
  }
  // A device node outlives its device where no udev runs.
  if (const Descriptor opened(real.get(), O_RDONLY); !opened.Open() && errno == ENXIO) {
    return Fail(HostFault::kMissing, fmt::format("{} has no device behind it", real.get()));
  }
  return std::string(real.get());
}

HostResult<DeviceNumber> LinuxHost::NumberOf(const std::string& device) {
  struct stat status {};
  if (stat(device.c_str(), &status) != 0) return Fail(SystemError(device));
  if (!S_ISBLK(status.st_mode)) {
    return Fail(HostFault::kFailed, fmt::format("{} is not a block device", device));
  }
  return DeviceNumber{gnu_dev_major(status.st_rdev), gnu_dev_minor(status.st_rdev)};
}

HostResult<std::int64_t> LinuxHost::DeviceBytes(const std::string& device) {
  const Descriptor opened(device, O_RDONLY);
  if (!opened.Open()) return Fail(SystemError(device));
  return BytesOf(device, opened.Get());
}

HostResult<bool> LinuxHost::IsReadOnly(const std::string& device) {
  const Descriptor opened(device, O_RDONLY);
  int read_only = 0;
  if (!opened.Open() || ioctl(opened.Get(), BLKROGET, &read_only) != 0) {
    return Fail(SystemError(device));
  }
  return read_only != 0;
}

HostResult<void> LinuxHost::SetReadOnly(const std::string& device, bool read_only) {
  const Descriptor opened(device, O_RDONLY);
  const int wanted = read_only ? 1 : 0;
  // What was written before must reach the device: it takes no more afterwards.
  const bool flushed = opened.Open() && (!read_only || fsync(opened.Get()) == 0);
  if (!flushed || ioctl(opened.Get(), BLKROSET, &wanted) != 0) {
    return Fail(
        SystemError(fmt::format("set {} {}", device, read_only ? "read-only" : "writable")));
  }
  return {};
}

HostResult<Content> LinuxHost::Probe(const std::string& device) {
  const Descriptor opened(device, O_RDONLY);
  if (!opened.Open()) return Fail(SystemError(device));
  const std::unique_ptr<std::remove_pointer_t<blkid_probe>, decltype(&blkid_free_probe)> probe(
      blkid_new_probe(), &blkid_free_probe);
  if (!probe || blkid_probe_set_device(probe.get(), opened.Get(), 0, 0) != 0) {
    return Fail(SystemError("probe " + device));
  }
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE);
  blkid_probe_enable_partitions(probe.get(), 1);
  return Classify(probe.get(), opened.Get(), device);
}

HostResult<bool> LinuxHost::EndsAreZero(const std::string& device) {
  const Descriptor opened(device, O_RDONLY);
  if (!opened.Open()) return Fail(SystemError(device));
  const auto bytes = BytesOf(device, opened.Get());
  if (!bytes) return Fail(bytes.error());
  const auto first_end = std::min(kEnd, *bytes);
  const auto first = IsZero(opened.Get(), 0, first_end);
  if (!first || !*first) return first;
  return IsZero(opened.Get(), std::max(first_end, *bytes - kEnd), *bytes);
}

}  // namespace driver
