#include "cloudapi/store/reader.h"

#include <sqlite3.h>

#include <string>
#include <unordered_map>
#include <utility>

#include "SQLiteCpp/SQLiteCpp.h"
#include "cloudapi/store/selection.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMapBytes = std::int64_t{1} << 31;  // SQLite's own limit is a little less
constexpr int kCacheKiB = 512;
// Texts differ only by the combination of filters, of which clients use a handful.
constexpr std::size_t kMaxStatements = 200;

// Ends the read transaction of a kept statement.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(SQLite::Statement& statement) : statement_(statement) {}
  ~ResetAtEnd() { statement_.tryReset(); }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  SQLite::Statement& statement_;
};

void Bind(SQLite::Statement& statement, const std::vector<Binding>& bindings) {
  for (const auto& [name, value] : bindings) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement.bind(name, *number);
    } else {
      statement.bind(name, std::get<std::string>(value));
    }
  }
}

Kind KindOf(std::string_view stored) {
  if (stored == StoredName(Kind::kSnapshot)) return Kind::kSnapshot;
  if (stored == StoredName(Kind::kInstance)) return Kind::kInstance;
  return Kind::kDisk;
}

// Appends `column` = or GLOB … for one member of a list of alternatives.
std::string CarriesAny(const std::vector<TagMatch>& tags, std::vector<Binding>& bindings) {
  std::string any;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string number = std::to_string(i);
    any += (i == 0 ? "(t.key = :key" : " OR (t.key = :key") + number;
    bindings.push_back({":key" + number, tags[i].key});
    if (tags[i].value) {
      any += " AND t.value = :value" + number;
      bindings.push_back({":value" + number, *tags[i].value});
    }
    any += ')';
  }
  return any;
}

}  // namespace

class Reader::Connection {
 public:
  explicit Connection(const std::filesystem::path& database)
      : database_(database.string(), SQLite::OPEN_READONLY | SQLITE_OPEN_NOMUTEX) {
    database_.setBusyTimeout(5000);
    database_.exec("PRAGMA mmap_size = " + std::to_string(kMapBytes));
    database_.exec("PRAGMA cache_size = -" + std::to_string(kCacheKiB));
    database_.exec("PRAGMA query_only = ON");
  }

  // The kept statement of that text.
  SQLite::Statement& Prepare(const std::string& sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return *found->second;
    if (statements_.size() >= kMaxStatements) statements_.clear();
    auto statement = std::make_unique<SQLite::Statement>(database_, sql);
    return *statements_.emplace(sql, std::move(statement)).first->second;
  }

  Rows Page(const Selection& selection, const Window& window);
  std::int64_t Count(const Selection& selection);

 private:
  std::int64_t CountByCounter(const Selection& selection);

  SQLite::Database database_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
};

Rows Reader::Connection::Page(const Selection& selection, const Window& window) {
  Rows rows;
  if (selection.nothing) return rows;
  std::string sql = "SELECT o.seq, o.document FROM " + selection.from + " WHERE " + selection.where;
  if (window.before_seq) sql += " AND " + selection.seq + " < :before";
  sql += " ORDER BY " + selection.seq + " DESC LIMIT :limit";
  if (window.offset > 0) sql += " OFFSET :offset";
  SQLite::Statement& statement = Prepare(sql);
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
  SQLite::Statement& statement =
      Prepare("SELECT count(*) FROM " + selection.from + " WHERE " + selection.where);
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
  std::string sql = "SELECT 1 FROM " + std::string(TableOf(kind)) +
                    " WHERE account = :account AND id = :id";
  if (!region.empty()) sql += " AND region = :region";
  SQLite::Statement& statement = connection_->Prepare(sql);
  const ResetAtEnd reset(statement);
  statement.bind(":account", std::string(account));
  statement.bind(":id", std::string(id));
  if (!region.empty()) statement.bind(":region", std::string(region));
  return statement.executeStep();
}

std::vector<TagCount> Reader::TagCounts(const TagCountFilter& filter) {
  std::vector<Binding> bindings = {{":account", filter.account}, {":region", filter.region}};
  std::string sql =
      "SELECT t.key, t.value, sum(t.kind = 'disk'), sum(t.kind = 'snapshot'), "
      "sum(t.kind = 'instance') FROM tags t WHERE t.account = :account AND t.region = :region";
  if (filter.kind) {
    sql += " AND t.kind = :kind";
    bindings.push_back({":kind", std::string(StoredName(*filter.kind))});
  }
  if (!filter.id.empty()) {
    // The three tables are asked by id, so that the tags of one object cost one look-up.
    sql +=
        " AND t.kind IN ('disk', 'snapshot', 'instance') AND t.seq IN ("
        "SELECT seq FROM disks WHERE account = :account AND id = :id AND region = :region "
        "UNION ALL SELECT seq FROM snapshots WHERE account = :account AND id = :id AND region = "
        ":region UNION ALL SELECT seq FROM instances WHERE account = :account AND id = :id AND "
        "region = :region) AND t.id = :id";
    bindings.push_back({":id", filter.id});
  }
  if (!filter.tags.empty()) sql += " AND (" + CarriesAny(filter.tags, bindings) + ")";
  sql += " GROUP BY t.key, t.value ORDER BY t.key, t.value";
  SQLite::Statement& statement = connection_->Prepare(sql);
  const ResetAtEnd reset(statement);
  Bind(statement, bindings);
  std::vector<TagCount> counts;
  while (statement.executeStep())
    counts.push_back({.key = statement.getColumn(0).getString(),
                      .value = statement.getColumn(1).getString(),
                      .disks = statement.getColumn(2).getInt64(),
                      .snapshots = statement.getColumn(3).getInt64(),
                      .instances = statement.getColumn(4).getInt64()});
  return counts;
}

std::vector<TagRow> Reader::Tags(const TagListFilter& filter, const TagPosition& after,
                                 std::int64_t limit) {
  std::vector<Binding> bindings = {{":account", filter.account},
                                   {":region", filter.region},
                                   {":kind", std::string(StoredName(filter.kind))},
                                   {":seq", after.seq},
                                   {":after", after.key},
                                   {":limit", limit}};
  constexpr std::string_view kSame =
      "x.account = :account AND x.region = :region AND x.kind = :kind";
  std::string sql =
      "SELECT t.seq, t.key, t.id, t.value FROM tags t INDEXED BY tags_object WHERE "
      "t.account = :account AND t.region = :region AND t.kind = :kind AND "
      "(t.seq, t.key) > (:seq, :after)";
  if (!filter.ids.empty()) {
    sql += " AND t.seq IN (SELECT o.seq FROM json_each(:ids) wanted CROSS JOIN " +
           std::string(TableOf(filter.kind)) +
           " o WHERE o.account = :account AND o.id = wanted.value AND o.region = :region)";
    bindings.push_back({":ids", ToJsonArray(filter.ids)});
  }
  for (std::size_t i = 0; i < filter.tags.size(); ++i) {
    const std::string number = std::to_string(i);
    sql += " AND t.seq IN (SELECT x.seq FROM tags x WHERE " + std::string(kSame) +
           " AND x.key = :key" + number;
    bindings.push_back({":key" + number, filter.tags[i].key});
    if (filter.tags[i].value) {
      sql += " AND x.value = :value" + number;
      bindings.push_back({":value" + number, *filter.tags[i].value});
    }
    sql += ')';
  }
  for (std::size_t i = 0; i < filter.patterns.size(); ++i) {
    const std::string number = std::to_string(i);
    sql += " AND t.seq IN (SELECT x.seq FROM tags x WHERE " + std::string(kSame) +
           " AND x.key GLOB :pattern" + number;
    bindings.push_back({":pattern" + number, ToGlob(filter.patterns[i].pattern)});
    if (!filter.patterns[i].values.empty()) {
      sql += " AND x.value IN (SELECT value FROM json_each(:values" + number + "))";
      bindings.push_back({":values" + number, ToJsonArray(filter.patterns[i].values)});
    }
    sql += ')';
  }
  sql += " ORDER BY t.seq, t.key LIMIT :limit";
  SQLite::Statement& statement = connection_->Prepare(sql);
  const ResetAtEnd reset(statement);
  Bind(statement, bindings);
  std::vector<TagRow> rows;
  while (statement.executeStep())
    rows.push_back({.position = {.seq = statement.getColumn(0).getInt64(),
                                 .key = statement.getColumn(1).getString()},
                    .id = statement.getColumn(2).getString(),
                    .value = statement.getColumn(3).getString()});
  return rows;
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
      "SELECT i.account, i.has_agent, i.agent_refusal, (SELECT count(*) FROM attachments a WHERE "
      "a.account = i.account AND a.region = i.region AND a.instance_id = i.id), i.document FROM "
      "instances i ORDER BY i.seq");
  const ResetAtEnd reset(statement);
  std::vector<InstanceRow> rows;
  while (statement.executeStep())
    rows.push_back({.account = statement.getColumn(0).getString(),
                    .has_agent = statement.getColumn(1).getInt() != 0,
                    .agent_refusal = statement.getColumn(2).getString(),
                    .disks = statement.getColumn(3).getInt64(),
                    .document = statement.getColumn(4).getString()});
  return rows;
}

std::optional<std::string> Reader::Meta(std::string_view name) {
  SQLite::Statement& statement =
      connection_->Prepare("SELECT value FROM meta WHERE name = :name");
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
