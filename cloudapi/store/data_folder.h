#pragma once
// The data folder: held by one process, with one database of a known schema. Private to the store.
#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <memory>

#include "cloudapi/store/store.h"

namespace cloudapi {

// Opens the database for writing and makes its schema when it is new. Errors: 500 InternalError
// when the file is not ours or has a newer schema.
Result<std::unique_ptr<SQLite::Database>> OpenDatabase(const std::filesystem::path& file,
                                                       Durability durability);

}  // namespace cloudapi
