#include "tools/bench/machine.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include <fstream>
#include <thread>

namespace zonedisk::bench {
namespace {

std::string Processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  }
  return "unknown processor";
}

std::string FileSystem(const std::filesystem::path& folder) {
  struct statfs about {};
  if (statfs(folder.c_str(), &about) != 0) return "unknown";
  switch (about.f_type) {
    case EXT4_SUPER_MAGIC: return "ext4";
    case XFS_SUPER_MAGIC: return "xfs";
    case BTRFS_SUPER_MAGIC: return "btrfs";
    case TMPFS_MAGIC: return "tmpfs: nothing is durable, writes tell little";
    case OVERLAYFS_SUPER_MAGIC: return "overlayfs";
    default: return fmt::format("file system {:#x}", about.f_type);
  }
}

}  // namespace

std::string Machine(const std::filesystem::path& folder) {
  utsname system{};
  uname(&system);
  return fmt::format("{} cores ({}), {} {}, data on {}, benchmark built {}",
                     std::thread::hardware_concurrency(), Processor(), system.sysname,
                     system.release, FileSystem(folder), ZONEDISK_BUILD_TYPE);
}

}  // namespace zonedisk::bench
