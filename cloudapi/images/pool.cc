#include "cloudapi/images/pool.h"

#include <fcntl.h>
#include <linux/major.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>

#include "cloudapi/images/system_error.h"

extern char**
    environ;  // NOLINT(readability-redundant-declaration): only glibc extensions declare it

namespace cloudapi {
namespace {

constexpr std::int64_t kSmallestPool = std::int64_t{512} << 20;  // mkfs.xfs asks for 300 MiB
constexpr int kTries = 16;

std::filesystem::path Resolved(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path resolved = std::filesystem::canonical(path, error);
  return error ? path : resolved;
}

// N of the loop device that is mounted on `folder`, the topmost mount; -1 otherwise.
int MountedLoop(const std::filesystem::path& folder) {
  std::ifstream in("/proc/self/mountinfo");
  int number = -1;
  const std::string wanted = Resolved(folder).string();
  for (std::string line; std::getline(in, line);) {
    // "36 35 7:0 / /mnt rw,noatime shared:1 - xfs /dev/loop0 rw"; a space in a path is "\040".
    std::istringstream fields(line);
    std::string id;
    std::string parent;
    std::string device;
    std::string root;
    std::string point;
    fields >> id >> parent >> device >> root >> point;
    for (std::size_t at = point.find("\\040"); at != std::string::npos;
         at = point.find("\\040", at)) {
      point.replace(at, 4, " ");
    }
    if (point != wanted) continue;
    const std::size_t colon = device.find(':');
    const bool loop = device.substr(0, colon) == std::to_string(LOOP_MAJOR);
    number = loop ? std::atoi(device.c_str() + colon + 1) : -1;
  }
  return number;
}

// Base name of the file behind a loop device; no rights are needed to read it.
std::string BackingName(int number) {
  std::ifstream in("/sys/block/loop" + std::to_string(number) + "/loop/backing_file");
  std::string path;
  std::getline(in, path);
  return std::filesystem::path(path).filename().string();
}

Result<void> RunMkfs(const std::filesystem::path& image) {
  std::string path = image.string();
  // -K: a sparse file has nothing to discard. A small log, since the log is written out at once.
  std::array<std::string, 9> arguments = {"mkfs.xfs",  "-q", "-f",       "-K", "-m",
                                          "reflink=1", "-l", "size=64m", path};
  std::array<char*, 10> argv{};
  std::ranges::transform(arguments, argv.begin(), [](std::string& text) { return text.data(); });
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int spawned = ::posix_spawnp(&child, "mkfs.xfs", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return Fail(SystemError("mkfs.xfs", spawned));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Fail(SystemError("mkfs.xfs could not make " + path, EIO));
}

}  // namespace

bool IsPoolMounted(LoopDevices& loops, const std::filesystem::path& image,
                   const std::filesystem::path& folder) {
  const int number = MountedLoop(folder);
  if (number < 0) return false;
  const FileIdentity file = loops.Identity(image);
  const auto devices = loops.List([](std::string_view name) { return name == kPoolFile; });
  const auto device = std::ranges::find(devices, number, &LoopDevice::number);
  if (device != devices.end()) return device->file == file;
  // Without root the device cannot be asked; what is mounted here still says its file's name.
  return ::geteuid() != 0 && BackingName(number) == kPoolFile;
}

Result<void> MakePool(const std::filesystem::path& image) {
  std::error_code error;
  const auto space = std::filesystem::space(image.parent_path(), error);
  const auto bytes = static_cast<std::int64_t>(space.available / 10 * 9);
  if (error || bytes < kSmallestPool) {
    return Fail(SystemError("too little space for an XFS image", ENOSPC));
  }
  const std::filesystem::path part = image.string() + ".part";
  const auto give_up = [&](ApiError reason) {
    ::unlink(part.c_str());
    return Fail(std::move(reason));
  };
  {
    const FileDescriptor file(::open(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file || ::ftruncate(file.Get(), bytes) != 0) {
      return give_up(SystemError(part.string(), errno));
    }
  }
  const auto made = RunMkfs(part);
  if (!made) return give_up(made.error());
  const FileDescriptor file(::open(part.c_str(), O_RDWR | O_CLOEXEC));
  if (!file || ::fsync(file.Get()) != 0 || ::rename(part.c_str(), image.c_str()) != 0) {
    return give_up(SystemError(part.string(), errno));
  }
  return {};
}

Result<void> MountPool(LoopDevices& loops, const std::filesystem::path& image,
                       const std::filesystem::path& folder) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const auto number = loops.FindFree();
    if (!number) return Fail(number.error());
    const auto node = loops.Node(*number);
    if (!node) return Fail(node.error());
    // The device clears itself at the last close; held open here until the mount holds it.
    const FileDescriptor held(::open(node->c_str(), O_RDONLY | O_CLOEXEC));
    const auto taken = loops.Configure(*number, image, "zonedisk-pool", true);
    if (!taken) return Fail(taken.error());
    if (!*taken) continue;
    if (const auto reset = loops.Reset(*number, true); !reset) return Fail(reset.error());
    // discard: an image that is removed gives its space back to the folder's own file system.
    if (::mount(node->c_str(), folder.c_str(), "xfs", MS_NOATIME | MS_NODEV | MS_NOSUID,
                "discard") == 0) {
      return {};
    }
    return Fail(SystemError("mounting " + image.string(), errno));
  }
  return Fail(SystemError("every free loop device was taken by others", EBUSY));
}

Result<void> UnmountPool(const std::filesystem::path& folder) {
  if (::umount2(folder.c_str(), UMOUNT_NOFOLLOW) == 0) return {};
  return Fail(SystemError("unmounting " + folder.string(), errno));
}

}  // namespace cloudapi
