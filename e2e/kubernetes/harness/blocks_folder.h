#pragma once
// The cloud's image folder, as the machine that runs the cluster sees it.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace e2e {

std::filesystem::path BlocksFolder();

// Ids of the data disks and snapshots that have an image.
std::set<std::string> ImageOwners();

// Loop devices of this machine, of whichever node, on files that lie in that folder.
std::size_t LoopsOnFilesOf(const std::filesystem::path& folder);
// On images of this cluster's cloud.
std::size_t LoopsOnImages();
// "loop3" → id of the disk or snapshot whose image it is on, also one that was unlinked.
std::map<std::string, std::string> LoopsByImage();

// No byte free in the image folder for the time of this object.
class FilledBlocksFolder {
 public:
  FilledBlocksFolder();
  ~FilledBlocksFolder() { Empty(); }
  FilledBlocksFolder(const FilledBlocksFolder&) = delete;
  FilledBlocksFolder& operator=(const FilledBlocksFolder&) = delete;

  // Whether it is full, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  void Empty();

 private:
  testing::AssertionResult result_;
};

}  // namespace e2e
