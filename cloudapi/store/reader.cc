#include "cloudapi/store/reader.h"

#include <string>
#include <utility>

#include "cloudapi/store/connection.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMapBytes = std::int64_t{1} << 31;  // SQLite's own limit is a little less
constexpr int kCacheKiB = 512;
constexpr int kBusyMilliseconds = 5000;
// Texts differ only by the combination of filters, of which clients use a handful.
constexpr std::size_t kMaxStatements = 200;

Kind KindOf(std::string_view stored) {
  if (stored == StoredName(Kind::kSnapshot)) return Kind::kSnapshot;
  if (stored == StoredName(Kind::kInstance)) return Kind::kInstance;
  return Kind::kDisk;
}

}  // namespace

Reader::Connection::Connection(const std::filesystem::path& database)
    : database_(database.string(), SQLite::OPEN_READONLY | SQLITE_OPEN_NOMUTEX) {
  database_.setBusyTimeout(kBusyMilliseconds);
  database_.exec("PRAGMA mmap_size = " + std::to_string(kMapBytes));
  database_.exec("PRAGMA cache_size = -" + std::to_string(kCacheKiB));
  database_.exec("PRAGMA query_only = ON");
}

SQLite::Statement& Reader::Connection::Prepare(const std::string& sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return *found->second;
  if (statements_.size() >= kMaxStatements) statements_.clear();
  auto statement = std::make_unique<SQLite::Statement>(database_, sql);
  return *statements_.emplace(sql, std::move(statement)).first->second;
}

Rows Reader::Connection::Page(const Selection& selection, const Window& window) {
  Rows rows;
  if (selection.nothing) return rows;
  SQLite::Statement& statement = Prepare(PageSql(selection, window));
  const ResetAtEnd reset(statement);
  Bind(statement, selection.bindings);
  if (window.before_seq) statement.bind(":before", *window.before_seq);
  statement.bind(":limit", window.limit + 1);  // one more tells whether rows follow
  if (window.offset > 0) statement.bind(":offset", window.offset);
  std::int64_t last = 0;
  while (statement.executeStep()) {
    if (rows.count == window.limit) {
      rows.next_before_seq = last;
      break;
    }
    last = statement.getColumn(0).getInt64();
    if (rows.count++ > 0) rows.documents += ',';
    const SQLite::Column document = statement.getColumn(1);
    rows.documents.append(document.getText(), static_cast<std::size_t>(document.getBytes()));
  }
  return rows;
}

std::int64_t Reader::Connection::CountByCounter(const Selection& selection) {
  std::string sql =
      "SELECT coalesce(sum(total), 0) FROM counters WHERE account = :account AND kind = :kind AND "
      "facet = :facet AND value = :value";
  // Account and region are the first bindings of every selection.
  const bool by_region = selection.bindings.size() > 1 && selection.bindings[1].name == ":region";
  if (by_region) sql += " AND region = :region";
  SQLite::Statement& statement = Prepare(sql);
  const ResetAtEnd reset(statement);
  statement.bind(":account", std::get<std::string>(selection.bindings[0].value));
  if (by_region) statement.bind(":region", std::get<std::string>(selection.bindings[1].value));
  statement.bind(":kind", std::string(selection.kind));
  statement.bind(":facet", std::string(selection.counter->facet));
  statement.bind(":value", selection.counter->value);
  return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

std::int64_t Reader::Connection::Count(const Selection& selection) {
  if (selection.nothing) return 0;
  if (selection.counter) return CountByCounter(selection);
  SQLite::Statement& statement = Prepare(CountSql(selection));
  const ResetAtEnd reset(statement);
  Bind(statement, selection.bindings);
  return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

Reader::Reader(const std::filesystem::path& database)
    : connection_(std::make_unique<Connection>(database)) {}
Reader::~Reader() = default;

Rows Reader::Page(const DiskFilter& filter, const Window& window) {
  return connection_->Page(Select(filter), window);
}
Rows Reader::Page(const SnapshotFilter& filter, const Window& window) {
  return connection_->Page(Select(filter), window);
}
Rows Reader::Page(const InstanceFilter& filter, const Window& window) {
  return connection_->Page(Select(filter), window);
}
std::int64_t Reader::Count(const DiskFilter& filter) {
  return connection_->Count(Select(filter));
}
std::int64_t Reader::Count(const SnapshotFilter& filter) {
  return connection_->Count(Select(filter));
}
std::int64_t Reader::Count(const InstanceFilter& filter) {
  return connection_->Count(Select(filter));
}

bool Reader::Exists(Kind kind, std::string_view account, std::string_view region,
                    std::string_view id) {
  std::string sql =
      "SELECT 1 FROM " + std::string(TableOf(kind)) + " WHERE account = :account AND id = :id";
  if (!region.empty()) sql += " AND region = :region";
  SQLite::Statement& statement = connection_->Prepare(sql);
  const ResetAtEnd reset(statement);
  statement.bind(":account", std::string(account));
  statement.bind(":id", std::string(id));
  if (!region.empty()) statement.bind(":region", std::string(region));
  return statement.executeStep();
}

std::vector<Total> Reader::Totals() {
  SQLite::Statement& statement = connection_->Prepare(
      "SELECT kind, facet, value, sum(total) FROM counters GROUP BY kind, facet, value "
      "ORDER BY kind, facet, value");
  const ResetAtEnd reset(statement);
  std::vector<Total> totals;
  while (statement.executeStep())
    totals.push_back({.kind = KindOf(statement.getColumn(0).getString()),
                      .facet = statement.getColumn(1).getString(),
                      .value = statement.getColumn(2).getString(),
                      .total = statement.getColumn(3).getInt64()});
  return totals;
}

std::vector<InstanceRow> Reader::AllInstances() {
  SQLite::Statement& statement = connection_->Prepare(
      "SELECT i.id, i.account, i.region, i.zone, i.type, i.name, i.status, i.has_agent, "
      "i.agent_refusal, (SELECT count(*) FROM attachments a WHERE a.account = i.account AND "
      "a.region = i.region AND a.instance_id = i.id) FROM instances i ORDER BY i.seq");
  const ResetAtEnd reset(statement);
  std::vector<InstanceRow> rows;
  while (statement.executeStep())
    rows.push_back({.id = statement.getColumn(0).getString(),
                    .account = statement.getColumn(1).getString(),
                    .region = statement.getColumn(2).getString(),
                    .zone = statement.getColumn(3).getString(),
                    .type = statement.getColumn(4).getString(),
                    .name = statement.getColumn(5).getString(),
                    .status = statement.getColumn(6).getString(),
                    .has_agent = statement.getColumn(7).getInt() != 0,
                    .agent_refusal = statement.getColumn(8).getString(),
                    .disks = statement.getColumn(9).getInt64()});
  return rows;
}

std::optional<std::string> Reader::Meta(std::string_view name) {
  SQLite::Statement& statement = connection_->Prepare("SELECT value FROM meta WHERE name = :name");
  const ResetAtEnd reset(statement);
  statement.bind(":name", std::string(name));
  if (!statement.executeStep()) return std::nullopt;
  return statement.getColumn(0).getString();
}

ReaderPool::Lease ReaderPool::Borrow() {
  {
    const absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(reader));
    }
  }
  return Lease(*this, std::make_unique<Reader>(database_));
}

void ReaderPool::Return(std::unique_ptr<Reader> reader) {
  const absl::MutexLock lock(&mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace cloudapi
