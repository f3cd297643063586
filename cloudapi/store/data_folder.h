#pragma once
// The data folder: held by one process, with one database of a known schema. Private to the store.
#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <memory>

#include "cloudapi/store/store.h"

namespace cloudapi {

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

// Opens the database for writing and makes its schema when it is new. Errors: 500 InternalError
// when the file is not ours or has a newer schema.
Result<std::unique_ptr<SQLite::Database>> OpenDatabase(const std::filesystem::path& file,
                                                       Durability durability);

}  // namespace cloudapi
