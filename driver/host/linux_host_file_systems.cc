#include <fcntl.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstdint>

#include "driver/host/linux_host.h"
#include "driver/host/linux_host_errors.h"
#include "driver/host/linux_host_process.h"

namespace driver {
namespace {

// Far beyond what these take on disks of 32 TiB; a hung device must not hold a volume for ever.
constexpr std::chrono::minutes kFormatLimit{10};
constexpr std::chrono::minutes kCheckLimit{30};
constexpr std::chrono::minutes kGrowLimit{10};

constexpr std::array<const char*, 6> kPrograms = {"e2fsck",   "mkfs.ext3", "mkfs.ext4",
                                                  "mkfs.xfs", "resize2fs", "xfs_growfs"};

// What the kernel's refusal looks like in resize2fs's words.
constexpr std::string_view kGrowRefused = "Permission denied to resize filesystem";

bool IsExt(const std::string& fs_type) {
  return fs_type == "ext2" || fs_type == "ext3" || fs_type == "ext4";
}

HostResult<void> RunOrFail(Clock& clock, const std::vector<std::string>& words,
                           std::chrono::seconds limit) {
  const auto result = RunProgram(clock, words, limit);
  if (!result) return Fail(result.error());
  if (result->status != 0) return Fail(HostFault::kFailed, Describe(words, *result));
  return {};
}

// e2fsck: 1 and 2 say that everything was repaired, 4 that errors remain, the rest that it could
// not work. Source: e2fsck(8), exit code.
HostResult<void> CheckExt(Clock& clock, const std::string& device, bool even_if_clean) {
  const std::vector<std::string> words = {"e2fsck", even_if_clean ? "-fp" : "-p", device};
  const auto result = RunProgram(clock, words, kCheckLimit);
  if (!result) return Fail(result.error());
  if (result->status <= 2) return {};
  return Fail((result->status & 4) != 0 ? HostFault::kDamaged : HostFault::kFailed,
              Describe(words, *result));
}

HostResult<void> GrowExt(Clock& clock, const GrowRequest& request) {
  if (request.mount_point.empty()) {
    // resize2fs insists on a check since the last mount.
    if (auto checked = CheckExt(clock, request.device, true); !checked) return checked;
  }
  const std::vector<std::string> words = {"resize2fs", request.device};
  const auto result = RunProgram(clock, words, kGrowLimit);
  if (!result) return Fail(result.error());
  if (result->status == 0) return {};
  if (result->output.find(kGrowRefused) != std::string::npos) {
    return Fail(
        HostFault::kGrowForbidden,
        fmt::format("growing the mounted {} file system on {} needs CAP_SYS_RESOURCE, which "
                    "this process lacks; it grows without it while unmounted: stop the "
                    "workload and let the volume be staged again",
                    request.fs_type, request.device));
  }
  return Fail(HostFault::kFailed, Describe(words, *result));
}

class Superblock {
 public:
  static constexpr std::size_t kBytes = 4096;
  std::array<unsigned char, kBytes> bytes{};

  std::uint64_t Little(std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = width; i > 0; --i) value = value << 8 | bytes[at + i - 1];
    return value;
  }
  std::uint64_t Big(std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + i];
    return value;
  }
};

// Offsets within the ext superblock, which starts at byte 1024. Source: kernel documentation,
// filesystems/ext4, "The Super Block".
std::int64_t ExtBytes(const Superblock& block) {
  constexpr std::size_t kStart = 1024;
  constexpr std::uint64_t k64Bit = 0x80;
  auto blocks = block.Little(kStart + 0x4, 4);
  if ((block.Little(kStart + 0x60, 4) & k64Bit) != 0)
    blocks |= block.Little(kStart + 0x150, 4) << 32;
  return static_cast<std::int64_t>(blocks << (10 + block.Little(kStart + 0x18, 4)));
}

// Source: XFS on-disk format, superblock: sb_blocksize, sb_dblocks.
std::int64_t XfsBytes(const Superblock& block) {
  return static_cast<std::int64_t>(block.Big(4, 4) * block.Big(8, 8));
}

}  // namespace

HostResult<void> LinuxHost::Format(const FormatRequest& request) {
  std::vector<std::string> words = {"mkfs." + request.fs_type};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  words.push_back(request.device);
  return RunOrFail(clock_, words, kFormatLimit);
}

HostResult<void> LinuxHost::Check(const std::string& device, const std::string& fs_type) {
  if (!IsExt(fs_type)) return {};
  return CheckExt(clock_, device, false);
}

HostResult<void> LinuxHost::Grow(const GrowRequest& request) {
  if (IsExt(request.fs_type)) return GrowExt(clock_, request);
  return RunOrFail(clock_, {"xfs_growfs", "-d", request.mount_point}, kGrowLimit);
}

HostResult<std::int64_t> LinuxHost::FileSystemBytes(const std::string& device,
                                                    const std::string& fs_type) {
  const int fd = open(device.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Fail(SystemError(device));
  Superblock block;
  const auto got = pread(fd, block.bytes.data(), Superblock::kBytes, 0);
  close(fd);
  if (got != static_cast<ssize_t>(Superblock::kBytes)) return Fail(SystemError("read " + device));
  if (IsExt(fs_type)) return ExtBytes(block);
  if (fs_type == "xfs") return XfsBytes(block);
  return Fail(HostFault::kFailed, fmt::format("{} on {} is not served", fs_type, device));
}

std::vector<std::string> LinuxHost::MissingPrograms() {
  std::vector<std::string> missing(kPrograms.begin(), kPrograms.end());
  std::erase_if(missing, HasProgram);
  return missing;
}

}  // namespace driver
