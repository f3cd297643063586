#pragma once
// The data folder: held by one process, with one database of a known schema. Private to the store.
#include <filesystem>
#include <memory>

#include "cloudapi/base/result.h"
#include "cloudapi/store/connection.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// Opens the database for writing, makes its schema when it is new and migrates an older one.
// Errors: 500 InternalError when the file is not ours, has a newer schema or cannot be used.
Result<std::unique_ptr<Connection>> OpenDatabase(const std::filesystem::path& file,
                                                 Durability durability,
                                                 const PrepareObserver& observer);

}  // namespace cloudapi
