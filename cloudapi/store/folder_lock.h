#pragma once
// One process at a time works on a data folder.
#include <filesystem>
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

// The refusal of a data folder that cannot be used, as `message` says why: 500 InternalError.
tl::unexpected<ApiError> CannotOpen(std::string message);

// An exclusive lock on the folder for as long as it lives; the kernel ends it with the process.
class FolderLock {
 public:
  // Errors: 500 InternalError when another process holds the folder or it cannot be written.
  static Result<FolderLock> Take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;

 private:
  explicit FolderLock(int file) : file_(file) {}
  int file_;
};

}  // namespace cloudapi
