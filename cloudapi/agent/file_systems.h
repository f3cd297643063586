#pragma once
// File systems on this kernel's block devices, in whatever mount namespace they are mounted.
#include <memory>
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

// Thread-safe.
class FileSystems {
 public:
  virtual ~FileSystems() = default;
  // Holds up all who write to the file systems on the device or its partitions until Thaw; what was
  // written before is on the device. Returns how many there are: none of a raw device, and one that
  // is read-only does not count. Errors: 500 InternalError; then none is frozen.
  virtual Result<int> Freeze(const std::string& device) = 0;
  // What is not frozen stays as it is. Errors: 500 InternalError.
  virtual Result<void> Thaw(const std::string& device) = 0;
};

// Devices by their names ("loop3"). `dev` is where device nodes are made ("/dev").
std::unique_ptr<FileSystems> LinuxFileSystems(std::string dev);

}  // namespace cloudapi
