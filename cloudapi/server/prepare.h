#pragma once
// What root does for a cloud that runs without: prepares its data folder, and releases it for good.
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/images/blocks.h"

namespace cloudapi {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
  bool operator==(const Owner&) const = default;
};
// "UID:GID", both decimal numbers. Nothing otherwise.
std::optional<Owner> ParseOwner(std::string_view text);

struct PrepareOptions {
  BlocksOptions blocks;        // the folder, and what its file system has to be
  std::optional<Owner> owner;  // nothing: files stay whose they are
};
// Makes the data folder, mounts the XFS image where one is needed, and gives all that the cloud
// writes to the owner; the XFS image itself stays with root. Repeating it is harmless. Answers one
// line for each thing done or found. Errors: 500 InternalError: a cloud runs on the folder, or what
// PrepareBlocks says.
Result<std::vector<std::string>> Prepare(const PrepareOptions& options);

// Unmounts the XFS image at the end of it all; the images in it stay. Repeating it is harmless.
// Answers one line. Errors: 500 InternalError: a cloud runs on the folder, disks are attached.
Result<std::string> ReleasePool(const std::filesystem::path& data_dir);

}  // namespace cloudapi
