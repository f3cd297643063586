#include "e2e/kubernetes/harness/blocks_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

// Not an image's name, so the cloud leaves it alone.
std::filesystem::path Filler() {
  return BlocksFolder() / "filler";
}

std::set<std::pair<dev_t, ino_t>> FilesOf(const std::filesystem::path& folder) {
  std::set<std::pair<dev_t, ino_t>> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    struct stat found {};
    if (stat(entry.path().c_str(), &found) == 0) files.insert({found.st_dev, found.st_ino});
  }
  return files;
}

// Loop devices on whose status `is_meant` says yes.
template <class IsMeant>
std::vector<std::string> LoopsWhere(const IsMeant& is_meant) {
  std::vector<std::string> loops;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block")) {
    const auto name = entry.path().filename().string();
    const int device =
        name.starts_with("loop") ? open(("/dev/" + name).c_str(), O_RDONLY | O_CLOEXEC) : -1;
    if (device < 0) continue;
    loop_info64 status{};
    const bool bound = ioctl(device, LOOP_GET_STATUS64, &status) == 0;
    close(device);
    if (bound && is_meant(status)) loops.push_back(name);
  }
  return loops;
}

dev_t DeviceOf(const std::filesystem::path& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_dev : 0;
}

}  // namespace

// Every node shares the folder, and so does the machine.
std::filesystem::path BlocksFolder() {
  return TheSettings().ClusterFolder() / "data" / "blocks";
}

// Without those of system disks. "d-1.g2.img" and "s-1.img" are of the disk d-1 and the snapshot
// s-1.
std::set<std::string> ImageOwners() {
  std::set<std::string> owners;
  for (const auto& entry : std::filesystem::directory_iterator(BlocksFolder())) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(".img")) owners.insert(name.substr(0, name.find('.')));
  }
  for (const auto& disk : TheCloud().SystemDisks()) owners.erase(disk);
  return owners;
}

// By inode, not by name: every node of every cluster sees its folder at the same path.
std::size_t LoopsOnFilesOf(const std::filesystem::path& folder) {
  const auto files = FilesOf(folder);
  return LoopsWhere([&files](const loop_info64& status) {
           return files.contains({status.lo_device, status.lo_inode});
         })
      .size();
}

std::size_t LoopsOnImages() {
  return LoopsOnFilesOf(BlocksFolder());
}

// The image folder is a file system of its own, so that a file that has no name any more belongs to
// it by its device; where it is not, only files that are still there are known to be its own.
std::map<std::string, std::string> LoopsByImage() {
  const auto files = FilesOf(BlocksFolder());
  const auto own = DeviceOf(BlocksFolder());
  const bool alone = own != DeviceOf(TheSettings().ClusterFolder());
  std::map<std::string, std::string> owners;
  for (const auto& loop : LoopsWhere([&](const loop_info64& status) {
         return files.contains({status.lo_device, status.lo_inode}) ||
                (alone && status.lo_device == own);
       })) {
    const auto file = std::filesystem::path(ReadFile("/sys/block/" + loop + "/loop/backing_file"));
    const auto name = file.filename().string();
    owners[loop] = name.substr(0, name.find('.'));
  }
  return owners;
}

// Smaller and smaller pieces until not even a block is left.
FilledBlocksFolder::FilledBlocksFolder() : result_(testing::AssertionSuccess()) {
  const int file = open(Filler().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    result_ = testing::AssertionFailure() << Filler().string() << ": " << std::strerror(errno);
    return;
  }
  off_t size = 0;
  for (off_t piece = off_t{1} << 40; piece >= 4096;) {
    if (fallocate(file, 0, size, piece) == 0) {
      size += piece;
    } else if (errno == ENOSPC) {
      piece /= 2;
    } else {
      result_ = testing::AssertionFailure() << std::strerror(errno);
      break;
    }
  }
  close(file);
}

void FilledBlocksFolder::Empty() {
  std::error_code ignored;
  std::filesystem::remove(Filler(), ignored);
}

}  // namespace e2e
