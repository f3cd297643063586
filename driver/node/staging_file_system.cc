#include "driver/node/staging_file_system.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "driver/base/crash_points.h"
#include "driver/node/staging.h"

namespace driver {
namespace {

using grpc::StatusCode;

// Fast on large thin disks: tables and journal are written when needed, nothing is discarded.
constexpr std::array<std::string_view, 4> kExtArguments = {
    "-F", "-m0", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"};
constexpr std::array<std::string_view, 2> kXfsArguments = {"-f", "-K"};

struct FileSystemRow {
  std::string_view fs_type;
  std::span<const std::string_view> mkfs_arguments;
  bool grows_unmounted = false;
};

constexpr std::array kFileSystems = {
    FileSystemRow{"ext3", kExtArguments, true},
    FileSystemRow{"ext4", kExtArguments, true},
    FileSystemRow{"xfs", kXfsArguments, false},
};
constexpr std::string_view kDefaultFsType = "ext4";

// Less than this is rounding: blocks of 4 KiB, allocation groups.
constexpr std::int64_t kSlack = 64 << 10;

const FileSystemRow* FindFileSystem(std::string_view fs_type) {
  const auto found = std::find_if(kFileSystems.begin(), kFileSystems.end(),
                                  [&](const FileSystemRow& row) { return row.fs_type == fs_type; });
  return found == kFileSystems.end() ? nullptr : &*found;
}

tl::unexpected<RpcError> Unusable(std::string message) {
  return Fail(StatusCode::FAILED_PRECONDITION, std::move(message));
}

Result<FileSystemChoice> ChooseFormat(const std::string& device, const FileSystemRequest& request) {
  if (request.partition) {
    return Unusable(fmt::format("partition {} holds no file system: it is not formatted", device));
  }
  if (request.read_only) {
    return Unusable(fmt::format("{} holds no file system and is asked for reading only", device));
  }
  return FileSystemChoice{
      .fs_type = request.fs_type.empty() ? std::string(kDefaultFsType) : request.fs_type,
      .format = true,
      .only_if_zero = !request.blank};
}

Result<void> Format(Host& host, const std::string& device, const FileSystemChoice& choice,
                    const FileSystemRequest& request) {
  if (choice.only_if_zero) {
    const auto zero = host.EndsAreZero(device);
    if (!zero) return Fail(ToRpc(zero.error()));
    if (!*zero) {
      return Unusable(
          fmt::format("{} holds no known file system but is not empty either: it is not "
                      "formatted; erase its first and last 4 MiB if nothing on it matters",
                      device));
    }
  }
  FormatRequest mkfs{
      .device = device, .fs_type = choice.fs_type, .arguments = request.mkfs_options};
  if (mkfs.arguments.empty()) {
    const auto& arguments = FindFileSystem(choice.fs_type)->mkfs_arguments;
    mkfs.arguments.assign(arguments.begin(), arguments.end());
  }
  if (auto formatted = host.Format(mkfs); !formatted) return Fail(ToRpc(formatted.error()));
  CrashPoint("stage.after-mkfs");
  return {};
}

Result<void> CheckAndGrow(Host& host, const std::string& device, const std::string& fs_type,
                          const FileSystemRequest& request) {
  if (!request.omit_check) {
    if (auto checked = host.Check(device, fs_type); !checked) return Fail(ToRpc(checked.error()));
  }
  if (request.read_only) return {};
  if (request.partition) {
    if (auto grown = host.GrowPartition(device); !grown) return Fail(ToRpc(grown.error()));
  }
  if (!FindFileSystem(fs_type)->grows_unmounted) return {};
  const auto smaller = IsSmallerThanDevice(host, device, fs_type);
  if (!smaller) return Fail(smaller.error());
  if (!*smaller) return {};
  auto grown = host.Grow({.device = device, .fs_type = fs_type});
  if (!grown) return Fail(ToRpc(grown.error()));
  return {};
}

}  // namespace

Result<std::string> FileSystemDevice(Host& host, const std::string& disk) {
  const auto content = host.Probe(disk);
  if (!content) return Fail(ToRpc(content.error()));
  if (content->kind != ContentKind::kPartitioned) return disk;
  const auto partitions = host.Partitions(disk);
  if (!partitions) return Fail(ToRpc(partitions.error()));
  if (partitions->size() == 1) return partitions->front();
  return Unusable(
      fmt::format("{} holds a {} partition table with {} partitions: only a disk with one "
                  "is mounted",
                  disk, content->type, partitions->size()));
}

Result<FileSystemChoice> ChooseFileSystem(const std::string& device, const Content& content,
                                          const FileSystemRequest& request) {
  if (!request.fs_type.empty() && FindFileSystem(request.fs_type) == nullptr) {
    return Unusable(
        fmt::format("file system {} is not served: ext3, ext4 and xfs are", request.fs_type));
  }
  switch (content.kind) {
    case ContentKind::kEmpty: return ChooseFormat(device, request);
    case ContentKind::kUnfinished:
      if (request.blank) return ChooseFormat(device, request);
      return Unusable(fmt::format("{} holds an unfinished {} file system", device, content.type));
    case ContentKind::kPartitioned:
    case ContentKind::kOther:
      return Unusable(fmt::format("{} holds {}, not a file system", device, content.type));
    case ContentKind::kAmbivalent:
      return Unusable(fmt::format("{} holds signatures that contradict each other", device));
    case ContentKind::kFormatted: break;
  }
  if (!request.fs_type.empty() && request.fs_type != content.type) {
    return Unusable(
        fmt::format("{} holds {}, {} is asked for", device, content.type, request.fs_type));
  }
  if (FindFileSystem(content.type) == nullptr) {
    return Unusable(fmt::format("{} holds {}, which is not served", device, content.type));
  }
  return FileSystemChoice{.fs_type = content.type};
}

Result<std::string> PrepareFileSystem(Host& host, const std::string& device,
                                      const FileSystemRequest& request, bool in_use) {
  const auto content = host.Probe(device);
  if (!content) return Fail(ToRpc(content.error()));
  const auto choice = ChooseFileSystem(device, *content, request);
  if (!choice) return Fail(choice.error());
  if (choice->format) {
    if (in_use) return Unusable(fmt::format("{} is in use and holds no known file system", device));
    if (auto done = Format(host, device, *choice, request); !done) return Fail(done.error());
  } else if (!in_use) {
    const auto done = CheckAndGrow(host, device, choice->fs_type, request);
    if (!done) return Fail(done.error());
  }
  return choice->fs_type;
}

Result<bool> IsSmallerThanDevice(Host& host, const std::string& device,
                                 const std::string& fs_type) {
  const auto device_bytes = host.DeviceBytes(device);
  if (!device_bytes) return Fail(ToRpc(device_bytes.error()));
  const auto bytes = host.FileSystemBytes(device, fs_type);
  if (!bytes) return Fail(ToRpc(bytes.error()));
  return *bytes + kSlack <= *device_bytes;
}

}  // namespace driver
