#pragma once
// Copying a sparse file: shared extents where the file system can, else data extents only.
#include <cstdint>
#include <filesystem>

#include "cloudapi/base/result.h"
#include "cloudapi/images/blocks.h"

namespace cloudapi {

// Whether files in `folder` can share extents: tried with two small files.
bool CanReflink(const std::filesystem::path& folder);

// `to` shares all extents of `from`. Errors: 500 InternalError.
Result<void> ShareExtents(int from, int to);

// Copies the data extents (SEEK_DATA) of `from` into the empty file `to` and gives it the same
// length. Calls `progress` (may be empty) after each chunk; when it returns false the copy fails.
Result<void> CopyExtents(int from, int to, const CopyProgress& progress);

// Bytes in data extents.
std::int64_t DataBytes(int fd);

}  // namespace cloudapi
