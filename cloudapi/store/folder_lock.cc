#include "cloudapi/store/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "cloudapi/store/schema.h"

namespace cloudapi {

tl::unexpected<ApiError> CannotOpen(std::string message) {
  return Refuse(500, "InternalError", "store.open", std::move(message));
}

Result<FolderLock> FolderLock::Take(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return CannotOpen(
        fmt::format("cannot create data folder {}: {}", folder.string(), error.message()));
  }
  const std::filesystem::path path = folder / kLockFile;
  FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.file_ < 0) {
    return CannotOpen(
        fmt::format("cannot open {}: {}", path.string(), std::generic_category().message(errno)));
  }
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    return CannotOpen(fmt::format("data folder {} is in use by another cloud", folder.string()));
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace cloudapi
