#include "cloudapi/agent/file_systems.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "cloudapi/images/system_error.h"
#include "common/base/files.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// A folder of /sys/fs has an entry for each device with a mounted file system of its types.
struct MountedTypes {
  const char* folder;
  std::vector<const char*> types;  // that the kernel may know it by
};
const std::vector<MountedTypes>& KnownTypes() {
  static const std::vector<MountedTypes> types = {{"/sys/fs/xfs", {"xfs"}},
                                                  {"/sys/fs/ext4", {"ext4", "ext3", "ext2"}}};
  return types;
}

// A device or partition that a file system of one of the types is mounted on.
struct Mounted {
  std::string device;
  std::vector<const char*> types;
};

bool IsPartOf(std::string_view name, const std::string& device) {
  if (!name.starts_with(device)) return false;
  const std::string_view rest = name.substr(device.size());
  return rest.empty() || rest.starts_with('p');
}

std::vector<Mounted> MountedOn(const std::string& device) {
  std::vector<Mounted> mounted;
  for (const MountedTypes& known : KnownTypes()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(known.folder, error)) {
      std::string name = entry.path().filename().string();
      if (IsPartOf(name, device)) mounted.push_back({std::move(name), known.types});
    }
  }
  std::ranges::sort(mounted, {}, &Mounted::device);
  return mounted;
}

class LinuxFiles : public FileSystems {
 public:
  explicit LinuxFiles(std::string dev) : dev_(std::move(dev)) {}

  Result<int> Freeze(const std::string& device) override {
    std::vector<FileDescriptor> frozen;
    for (const Mounted& mounted : MountedOn(device)) {
      auto root = Root(mounted);
      if (!root) return ThawAgain(frozen, root.error());
      if (!*root) continue;  // read-only
      // EBUSY: another one has frozen it, and whoever did thaws it.
      if (::ioctl(root->Get(), FIFREEZE, 0) != 0)
        return ThawAgain(frozen, SystemError("freezing " + mounted.device, errno));
      frozen.push_back(std::move(*root));
    }
    return static_cast<int>(frozen.size());
  }

  Result<void> Thaw(const std::string& device) override {
    for (const Mounted& mounted : MountedOn(device)) {
      const auto root = Root(mounted);
      if (!root) return Fail(root.error());
      if (!*root || ::ioctl(root->Get(), FITHAW, 0) == 0 || errno == EINVAL) continue;
      return Fail(SystemError("thawing " + mounted.device, errno));
    }
    return {};
  }

 private:
  static Result<int> ThawAgain(const std::vector<FileDescriptor>& frozen, ApiError error) {
    for (const FileDescriptor& root : frozen) ::ioctl(root.Get(), FITHAW, 0);
    return Fail(std::move(error));
  }

  // The root of the file system; none of one that is read-only. A second mount of a device is the
  // same file system, whoever has the first one and in whatever namespace; this one belongs to no
  // namespace and ends with its descriptor, so it keeps no one from unmounting.
  Result<FileDescriptor> Root(const Mounted& mounted) const {
    const auto node = Node(mounted.device);
    if (!node) return Fail(node.error());
    int failure = 0;
    for (const char* flag : {"rw", "ro"}) {
      for (const char* type : mounted.types) {
        FileDescriptor root = MountAgain(type, *node, flag);
        if (root) return std::string_view(flag) == "ro" ? FileDescriptor() : std::move(root);
        failure = errno;
      }
    }
    return Fail(SystemError("the file system on " + mounted.device, failure));
  }

  // EBUSY: the mounted one is of another type, or the one is read-only and the other is not.
  static FileDescriptor MountAgain(const char* type, const std::string& node, const char* flag) {
    const FileDescriptor context(::fsopen(type, FSOPEN_CLOEXEC));
    if (!context ||
        ::fsconfig(context.Get(), FSCONFIG_SET_STRING, "source", node.c_str(), 0) != 0 ||
        ::fsconfig(context.Get(), FSCONFIG_SET_FLAG, flag, nullptr, 0) != 0 ||
        ::fsconfig(context.Get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
      return FileDescriptor();
    }
    const FileDescriptor mount(::fsmount(context.Get(), FSMOUNT_CLOEXEC, 0));
    if (!mount) return FileDescriptor();
    return FileDescriptor(::openat(mount.Get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  // No udev runs in a node's container: a partition may have no node there.
  Result<std::string> Node(const std::string& device) const {
    const std::string path = dev_ + "/" + device;
    if (std::filesystem::exists(path)) return path;
    const std::string numbers = base::ReadFile("/sys/class/block/" + device + "/dev").value_or("");
    const auto parts = base::Split(base::Trim(numbers), ':');
    if (parts.size() != 2) return Fail(SystemError(device, ENODEV));
    const auto major = base::ParseNumber<unsigned>(parts[0]);
    const auto minor = base::ParseNumber<unsigned>(parts[1]);
    if (!major || !minor) return Fail(SystemError(device, ENODEV));
    if (::mknod(path.c_str(), S_IFBLK | S_IRUSR | S_IWUSR, makedev(*major, *minor)) != 0 &&
        errno != EEXIST) {
      return Fail(SystemError("mknod " + path, errno));
    }
    return path;
  }

  const std::string dev_;
};

}  // namespace

std::unique_ptr<FileSystems> LinuxFileSystems(std::string dev) {
  return std::make_unique<LinuxFiles>(std::move(dev));
}

}  // namespace cloudapi
