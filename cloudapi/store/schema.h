#pragma once
// The tables and how an older database becomes one of today.
//
// Conventions: every row, key, index and counter carries account and region. Times are UTC
// milliseconds of the cloud's clock, NULL for "not yet". Statuses are the API's own words. `seq` is
// the creation order within the database and the rowid, so every index below ends with it: pages by
// keyset are `WHERE … AND seq < :after ORDER BY seq DESC`. `document` is the finished JSON object
// that Describe answers (Kind::document). No row holds a path, host, port or process id.
#include <string_view>

#include "cloudapi/store/connection.h"

namespace cloudapi {

// PRAGMA user_version. A database with a higher one is refused. Raised whenever a table changes or
// a document gets another shape; what the step does then stands in schema.cc.
inline constexpr int kSchemaVersion = 14;
// PRAGMA application_id: "zdsk".
inline constexpr int kApplicationId = 0x7a64736b;
inline constexpr std::string_view kDatabaseFile = "cloud.db";
inline constexpr std::string_view kLockFile = "cloud.lock";

// Fills an empty database. Throws when the storage is broken.
void MakeSchema(SQLite::Database& db);
// Brings a database of `version`, 1 to kSchemaVersion, to kSchemaVersion in one transaction:
// nothing is lost when the process dies meanwhile. Throws when the storage is broken.
void Migrate(Connection& connection, int version);

}  // namespace cloudapi
