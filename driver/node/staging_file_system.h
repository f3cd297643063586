#pragma once
// Which file system a device gets, and when it may be made: data is never formatted over.
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/host/host.h"

namespace driver {

struct FileSystemRequest {
  std::string fs_type;  // empty: what is there, ext4 on a blank device
  bool read_only = false;
  bool omit_check = false;
  bool blank = false;                     // the controller knows that the disk is empty
  bool partition = false;                 // never formatted; grown to its disk first
  std::vector<std::string> mkfs_options;  // replace the defaults when not empty
};

struct FileSystemChoice {
  std::string fs_type;
  bool format = false;        // mkfs first
  bool only_if_zero = false;  // … after both ends of the device were seen to be zero
  bool operator==(const FileSystemChoice&) const = default;
};

// What of a disk is to be mounted: its only partition, else the disk itself. As ACK, a disk with
// more partitions is refused, since nothing says which is meant. Errors: FAILED_PRECONDITION.
Result<std::string> FileSystemDevice(Host& host, const std::string& disk);

// Errors: FAILED_PRECONDITION, naming the device, when it holds something else than asked, when it
// would have to be formatted for reading only, or when the file system is not served.
Result<FileSystemChoice> ChooseFileSystem(const std::string& device, const Content& content,
                                          const FileSystemRequest& request);

// Probes, formats where allowed, checks unless that is omitted, and grows an unmounted ext file
// system to its device unless it is for reading only.
// Returns the type to mount. `in_use`: mounted somewhere already, so neither formatted nor checked.
Result<std::string> PrepareFileSystem(Host& host, const std::string& device,
                                      const FileSystemRequest& request, bool in_use);

// Whether the device has more room than the file system covers, by a block or more.
Result<bool> IsSmallerThanDevice(Host& host, const std::string& device, const std::string& fs_type);

}  // namespace driver
