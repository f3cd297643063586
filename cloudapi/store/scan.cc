#include "cloudapi/store/scan.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace cloudapi {
namespace {

constexpr int kBusyMilliseconds = 5000;

}  // namespace

// The keys begin with the account, so an id is looked up once for each account that has objects.
struct StoreScan::Connection {
  explicit Connection(const std::filesystem::path& path)
      : database(path.string(), SQLite::OPEN_READONLY, kBusyMilliseconds),
        generation(database,
                   "SELECT d.generation FROM (SELECT DISTINCT account FROM counters) c "
                   "JOIN disks d ON d.account = c.account AND d.id = :id"),
        snapshot(database,
                 "SELECT 1 FROM (SELECT DISTINCT account FROM counters) c "
                 "JOIN snapshots s ON s.account = c.account AND s.id = :id"),
        agents(database,
               "SELECT account, id FROM instances WHERE has_agent = 1 ORDER BY account, id") {}

  SQLite::Database database;
  SQLite::Statement generation;
  SQLite::Statement snapshot;
  SQLite::Statement agents;
};

StoreScan::StoreScan(const std::filesystem::path& database)
    : connection_(std::make_unique<Connection>(database)) {}

StoreScan::~StoreScan() = default;

std::optional<std::int64_t> StoreScan::GenerationOf(const std::string& disk_id) {
  SQLite::Statement& statement = connection_->generation;
  statement.bind(":id", disk_id);
  std::optional<std::int64_t> generation;
  if (statement.executeStep()) generation = statement.getColumn(0).getInt64();
  statement.reset();
  return generation;
}

bool StoreScan::HasSnapshot(const std::string& snapshot_id) {
  SQLite::Statement& statement = connection_->snapshot;
  statement.bind(":id", snapshot_id);
  const bool found = statement.executeStep();
  statement.reset();
  return found;
}

std::vector<AgentInstance> StoreScan::AgentInstances() {
  SQLite::Statement& statement = connection_->agents;
  std::vector<AgentInstance> instances;
  while (statement.executeStep()) {
    instances.push_back(
        {.account = statement.getColumn(0).getString(), .id = statement.getColumn(1).getString()});
  }
  statement.reset();
  return instances;
}

}  // namespace cloudapi
