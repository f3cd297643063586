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
#include <utility>

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
  std::size_t loops = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block")) {
    const auto name = entry.path().filename().string();
    const int device =
        name.starts_with("loop") ? open(("/dev/" + name).c_str(), O_RDONLY | O_CLOEXEC) : -1;
    if (device < 0) continue;
    loop_info64 status{};
    const bool bound = ioctl(device, LOOP_GET_STATUS64, &status) == 0;
    close(device);
    if (bound && files.contains({status.lo_device, status.lo_inode})) ++loops;
  }
  return loops;
}

std::size_t LoopsOnImages() {
  return LoopsOnFilesOf(BlocksFolder());
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
