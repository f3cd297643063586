#include "driver/host/linux_host.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "driver/host/linux_host_errors.h"
#include "driver/host/linux_host_mounts.h"

namespace driver {
namespace {

// mount_setattr's names for MS_… flags of a single mount. Source: mount_setattr(2).
constexpr std::array<std::pair<unsigned long, std::uint64_t>, 6> kMountAttributes = {{
    {MS_RDONLY, MOUNT_ATTR_RDONLY},
    {MS_NOSUID, MOUNT_ATTR_NOSUID},
    {MS_NODEV, MOUNT_ATTR_NODEV},
    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
    {MS_NOATIME, MOUNT_ATTR_NOATIME},
}};

mount_attr ToAttributes(unsigned long flags) {
  mount_attr attributes{};
  for (const auto& [flag, attribute] : kMountAttributes) {
    if ((flags & flag) != 0) attributes.attr_set |= attribute;
  }
  // The time modes are one field: it is cleared before another value is set.
  if ((attributes.attr_set & MOUNT_ATTR_NOATIME) != 0) attributes.attr_clr |= MOUNT_ATTR__ATIME;
  return attributes;
}

// The mount appears at the target with all its flags or not at all, whenever this process dies.
// False with errno ENOSYS before Linux 5.12.
bool BindAtOnce(const BindRequest& request, unsigned long flags) {
  const int tree = open_tree(AT_FDCWD, request.source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return false;
  auto attributes = ToAttributes(flags);
  bool done = mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0;
  done =
      done && move_mount(tree, "", AT_FDCWD, request.target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
  const int number = errno;
  close(tree);
  errno = number;
  return done;
}

// For older kernels, which take the flags of a bind mount only in a second step.
bool BindInTwoSteps(const BindRequest& request, unsigned long flags) {
  if (mount(request.source.c_str(), request.target.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return false;
  }
  if (flags == 0 ||
      mount(nullptr, request.target.c_str(), nullptr, MS_REMOUNT | MS_BIND | flags, nullptr) == 0) {
    return true;
  }
  const int number = errno;
  umount2(request.target.c_str(), UMOUNT_NOFOLLOW);
  errno = number;
  return false;
}

HostResult<std::string> ReadWhole(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Fail(SystemError(path));
  std::string text;
  std::array<char, 65536> chunk{};
  ssize_t count = 0;
  while ((count = read(fd, chunk.data(), chunk.size())) > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(count));
  }
  close(fd);
  return text;
}

}  // namespace

HostResult<void> LinuxHost::Mount(const MountRequest& request) {
  const auto words = ToMountFlags(request.options);
  const unsigned long flags =
      words.flags | (request.read_only ? static_cast<unsigned long>(MS_RDONLY) : 0UL);
  if (mount(request.device.c_str(), request.target.c_str(), request.fs_type.c_str(), flags,
            words.data.c_str()) != 0) {
    return Fail(SystemError(fmt::format("mount {} as {} at {} with options '{}'", request.device,
                                        request.fs_type, request.target, words.data)));
  }
  return {};
}

HostResult<void> LinuxHost::BindMount(const BindRequest& request) {
  const unsigned long flags = ToMountFlags(request.options).flags |
                              (request.read_only ? static_cast<unsigned long>(MS_RDONLY) : 0UL);
  if (BindAtOnce(request, flags)) return {};
  if (errno == ENOSYS && BindInTwoSteps(request, flags)) return {};
  return Fail(SystemError(fmt::format("bind {} at {}", request.source, request.target)));
}

HostResult<void> LinuxHost::Unmount(const std::string& target) {
  if (umount2(target.c_str(), UMOUNT_NOFOLLOW) == 0) return {};
  auto error = SystemError("unmount " + target);
  if (errno == EINVAL) error.fault = HostFault::kMissing;
  return Fail(std::move(error));
}

HostResult<std::vector<MountEntry>> LinuxHost::Mounts() {
  const auto text = ReadWhole("/proc/self/mountinfo");
  if (!text) return Fail(text.error());
  return ParseMountInfo(*text);
}

HostResult<FsUsage> LinuxHost::Usage(const std::string& path) {
  struct statvfs usage {};
  if (statvfs(path.c_str(), &usage) != 0) return Fail(SystemError(path));
  const auto bytes = [&](fsblkcnt_t blocks) {
    return static_cast<std::int64_t>(blocks * usage.f_frsize);
  };
  return FsUsage{.total_bytes = bytes(usage.f_blocks),
                 .free_bytes = bytes(usage.f_bfree),
                 .available_bytes = bytes(usage.f_bavail),
                 .total_inodes = static_cast<std::int64_t>(usage.f_files),
                 .free_inodes = static_cast<std::int64_t>(usage.f_ffree)};
}

PathKind LinuxHost::KindOf(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? PathKind::kMissing : PathKind::kOther;
  }
  if (S_ISDIR(status.st_mode)) return PathKind::kDirectory;
  if (S_ISREG(status.st_mode)) return PathKind::kFile;
  return S_ISBLK(status.st_mode) ? PathKind::kBlockDevice : PathKind::kOther;
}

HostResult<void> LinuxHost::MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Fail(HostFault::kFailed, fmt::format("make {}: {}", path, error.message()));
  return {};
}

HostResult<void> LinuxHost::MakeFile(const std::string& path) {
  const auto parent = MakeDirectory(std::filesystem::path(path).parent_path());
  if (!parent) return parent;
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0660);
  if (fd < 0) return Fail(SystemError("make " + path));
  close(fd);
  return {};
}

HostResult<void> LinuxHost::Remove(const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) return Fail(HostFault::kFailed, fmt::format("remove {}: {}", path, error.message()));
  return {};
}

std::string LinuxHost::RealPath(const std::string& path) {
  // The last part is not looked at: a mount whose device has vanished may refuse to be.
  std::string trimmed = std::filesystem::path(path).lexically_normal();
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  const std::filesystem::path whole(trimmed);
  std::error_code error;
  const auto parent = std::filesystem::weakly_canonical(whole.parent_path(), error);
  return error ? trimmed : (parent / whole.filename()).string();
}

}  // namespace driver
