#include "cloudapi/store/data_folder.h"

#include <fmt/format.h>

#include <string>

#include "cloudapi/store/schema.h"

namespace cloudapi {
namespace {

constexpr int kBusyMillis = 5000;

tl::unexpected<ApiError> CannotOpen(std::string message) {
  return Refuse(500, "InternalError", "store.open", std::move(message));
}

std::string_view SynchronousSql(Durability durability) {
  switch (durability) {
    case Durability::kFull: return "PRAGMA synchronous = FULL";
    case Durability::kNormal: return "PRAGMA synchronous = NORMAL";
    case Durability::kOff: return "PRAGMA synchronous = OFF";
  }
  return {};
}

void MakeSchema(SQLite::Database& db) {
  db.exec("BEGIN IMMEDIATE");
  db.exec(std::string(kSchema));
  db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  db.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
  db.exec("COMMIT");
}

Result<void> CheckSchema(SQLite::Database& db, const std::filesystem::path& file) {
  const int version = db.execAndGet("PRAGMA user_version").getInt();
  const int application = db.execAndGet("PRAGMA application_id").getInt();
  if (version == 0 && application == 0 && db.execAndGet("PRAGMA schema_version").getInt() == 0) {
    MakeSchema(db);
    return {};
  }
  if (application != kApplicationId) {
    return CannotOpen(fmt::format("{} is not a database of this cloud", file.string()));
  }
  if (version > kSchemaVersion) {
    return CannotOpen(fmt::format("{} has schema {}, this program knows up to {}: use a newer one",
                                  file.string(), version, kSchemaVersion));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SQLite::Database>> OpenDatabase(const std::filesystem::path& file,
                                                       Durability durability) {
  try {
    auto db = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMillis);
    db->exec("PRAGMA journal_mode = WAL");
    db->exec(std::string(SynchronousSql(durability)));
    db->exec("PRAGMA foreign_keys = ON");
    if (auto schema = CheckSchema(*db, file); !schema) return Fail(schema.error());
    return db;
  } catch (const std::exception& error) {
    return CannotOpen(fmt::format("cannot open {}: {}", file.string(), error.what()));
  }
}

}  // namespace cloudapi
