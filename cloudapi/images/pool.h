#pragma once
// The XFS image that gives a blocks folder shared extents where its own file system has none.
#include <filesystem>

#include "cloudapi/base/result.h"
#include "cloudapi/images/loop_devices.h"

namespace cloudapi {

inline constexpr std::string_view kPoolFile = "pool.xfs";

// Whether `folder` is the mount point of the image.
bool IsPoolMounted(LoopDevices& loops, const std::filesystem::path& image,
                   const std::filesystem::path& folder);
// Makes the sparse image with mkfs.xfs, nine tenths of the free space at most, so that it cannot
// promise more than there is. Errors: 500 InternalError; no file is left then.
Result<void> MakePool(const std::filesystem::path& image);
// Mounts the image on `folder` through a loop device that goes away with the mount.
// Errors: 500 InternalError.
Result<void> MountPool(LoopDevices& loops, const std::filesystem::path& image,
                       const std::filesystem::path& folder);
// Errors: 500 InternalError, busy while a device or process uses a file in it.
Result<void> UnmountPool(const std::filesystem::path& folder);

}  // namespace cloudapi
