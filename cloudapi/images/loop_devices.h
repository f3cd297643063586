#pragma once
// Loop devices of this kernel as a seam: the agent presents disks with them, the pool mounts its
// image through one. Source: linux/loop.h, loop(4).
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"

namespace cloudapi {

// A file's identity in this kernel, whatever path leads to it.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

// One loop device that holds a file.
struct LoopDevice {
  int number = 0;            // N of /dev/loopN
  std::string backing_file;  // as sysfs shows it, without " (deleted)"
  bool deleted = false;      // the file has no name any more
  FileIdentity file;
  std::string tag;         // who configured it: lo_file_name, at most 63 bytes
  std::int64_t bytes = 0;  // size of the device
  bool operator==(const LoopDevice&) const = default;
};

// What a device has done since the kernel made it; it goes on counting when the device gets another
// file. Source: Documentation/block/stat.rst.
struct LoopTotals {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t read_micros = 0;  // that the reads took together
  std::uint64_t write_micros = 0;
  bool operator==(const LoopTotals&) const = default;
};

// Errors are 500 InternalError naming device and cause. The fake in testing/ is stricter than a
// kernel. Thread-safe as the kernel is.
class LoopDevices {
 public:
  virtual ~LoopDevices() = default;
  // Whether devices can be made here. Errors: why not ("loop devices need root").
  virtual Result<void> CheckUsable() = 0;
  // The devices that hold a file whose base name `concerns` accepts, by number. Others are not even
  // opened.
  virtual std::vector<LoopDevice> List(
      const std::function<bool(std::string_view base_name)>& concerns) = 0;
  // Number of a device that was free a moment ago.
  virtual Result<int> FindFree() = 0;
  // Makes the device hold `file`. Returns false when another program took it meanwhile: ask for the
  // next.
  virtual Result<bool> Configure(int number, const std::filesystem::path& file,
                                 const std::string& tag, bool clear_on_last_close) = 0;
  // Gives the device what a fresh one has: writable, usual read-ahead, flushes that reach the file;
  // and `clear_on_last_close`. The kernel keeps these with the number, so a device configured a
  // moment ago has what an earlier user of its number left.
  virtual Result<void> Reset(int number, bool clear_on_last_close) = 0;
  // The device takes the size of its file.
  virtual Result<void> Resize(int number) = 0;
  // Writes everything cached above the device to the file, and the file to its storage.
  virtual Result<void> Flush(int number) = 0;
  // Lets go of the file at the last close of the device: until then it stays in List.
  virtual Result<void> Clear(int number) = 0;
  // The path of the device's node, which is made when missing.
  virtual Result<std::filesystem::path> Node(int number) = 0;
  // All zero where the kernel does not say.
  virtual LoopTotals Totals(int number) = 0;
  // All zero when there is no such file.
  virtual FileIdentity Identity(const std::filesystem::path& file) = 0;
};

// The totals in one line of /sys/block/DEVICE/stat; nullopt for any other text.
std::optional<LoopTotals> ParseStat(std::string_view line);

// `dev` is where device nodes are ("/dev").
std::unique_ptr<LoopDevices> LinuxLoopDevices(std::filesystem::path dev);

}  // namespace cloudapi
