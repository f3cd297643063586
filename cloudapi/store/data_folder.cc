#include "cloudapi/store/data_folder.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <string>

#include "cloudapi/store/folder_lock.h"
#include "cloudapi/store/schema.h"

namespace cloudapi {
namespace {

constexpr int kBusyMillis = 5000;

std::string_view SynchronousSql(Durability durability) {
  switch (durability) {
    case Durability::kFull: return "PRAGMA synchronous = FULL";
    case Durability::kNormal: return "PRAGMA synchronous = NORMAL";
    case Durability::kOff: return "PRAGMA synchronous = OFF";
  }
  return {};
}

Result<void> BringUp(Connection& connection, const std::filesystem::path& file) {
  SQLite::Database& db = connection.Db();
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
  if (version < kSchemaVersion) {
    spdlog::info("{} has schema {}: it becomes {}", file.string(), version, kSchemaVersion);
    Migrate(connection, version);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> OpenDatabase(const std::filesystem::path& file,
                                                 Durability durability,
                                                 const PrepareObserver& observer) {
  try {
    auto db = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMillis);
    db->exec("PRAGMA journal_mode = WAL");
    db->exec(std::string(SynchronousSql(durability)));
    db->exec("PRAGMA foreign_keys = ON");
    auto connection = std::make_unique<Connection>(std::move(db), observer);
    if (auto schema = BringUp(*connection, file); !schema) return Fail(schema.error());
    return connection;
  } catch (const std::exception& error) {
    return CannotOpen(fmt::format("cannot open {}: {}", file.string(), error.what()));
  }
}

}  // namespace cloudapi
