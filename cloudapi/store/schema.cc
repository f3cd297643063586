#include "cloudapi/store/schema.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/counters.h"
#include "cloudapi/store/kind_sql.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

// Beside the tables of the kinds.
constexpr std::string_view kTables = R"sql(
-- One row for each attachment of a disk, whatever its state.
CREATE TABLE attachments (
  account TEXT NOT NULL, region TEXT NOT NULL,
  instance_id TEXT NOT NULL, disk_seq INTEGER NOT NULL REFERENCES disks (seq) ON DELETE CASCADE,
  device TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('Attaching', 'Attached', 'Detaching')),
  attached_time INTEGER,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, region, instance_id, disk_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_disk ON attachments (disk_seq, position);

-- Tags of every kind of object; `kind` is the kind's name, seq the object's.
CREATE TABLE tags (
  account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
  key TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (account, region, kind, key, value, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_object ON tags (account, region, kind, seq, key, value);

-- How many objects of each kind carry a tag, kept in the transaction of the change. None has no row.
CREATE TABLE tag_totals (
  account TEXT NOT NULL, region TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  kind TEXT NOT NULL, total INTEGER NOT NULL CHECK (total >= 0),
  PRIMARY KEY (account, region, key, value, kind)
) STRICT, WITHOUT ROWID;

-- Exact totals, kept in the transaction of the change. `facet` is '' (all), 'facets' or a column
-- that is added up; `value` is '' for all, the values of the kind's facets, a line each, or that of
-- the column by which is added up. Kind snapshot_bytes counts bytes, by category.
CREATE TABLE counters (
  account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
  facet TEXT NOT NULL, value TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  PRIMARY KEY (account, kind, facet, value, region)
) STRICT, WITHOUT ROWID;

-- What the counter of bytes in snapshots became, a row a minute at most.
CREATE TABLE snapshot_usage (
  account TEXT NOT NULL, region TEXT NOT NULL, category TEXT NOT NULL,
  minute INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (account, region, category, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  due INTEGER NOT NULL, kind TEXT NOT NULL,
  account TEXT NOT NULL, region TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (due, id, account, region);
CREATE INDEX jobs_subject ON jobs (account, region, subject);

CREATE TABLE tokens (
  account TEXT NOT NULL, region TEXT NOT NULL, action TEXT NOT NULL, token TEXT NOT NULL,
  parameter_hash TEXT NOT NULL, answer TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (account, region, action, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_created ON tokens (account, region, created);

-- Ids that existed and are gone, for as long as kTombstoneLifetime.
CREATE TABLE tombstones (
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, deleted_time INTEGER NOT NULL,
  PRIMARY KEY (account, id, region)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_time ON tombstones (account, region, deleted_time);

-- The numbers that only grow: one row.
CREATE TABLE sequences (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  prefix TEXT NOT NULL, id INTEGER NOT NULL, seq INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT;

-- The cloud's own settings: clock, stock, how the folder is used.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// SQL that brings a database of the version before to `version`. Kinds that are new or have other
// columns or indexes, and documents of a new shape, need none. `fill` runs once every table is one
// of today.
struct Migration {
  int version;
  std::string_view sql;
  std::string_view fill = {};
};
constexpr std::array kMigrations = {
    Migration{2, R"sql(
CREATE TABLE sequences (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  prefix TEXT NOT NULL, id INTEGER NOT NULL, seq INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT;
WITH RECURSIVE words (number, word, rest) AS (
  SELECT 0, '', value || ' ' FROM meta WHERE name = 'sequences'
  UNION ALL
  SELECT number + 1, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
  FROM words WHERE rest <> '')
INSERT INTO sequences (one, prefix, id, seq, revision)
SELECT 1, max(word) FILTER (WHERE number = 1),
  CAST(max(word) FILTER (WHERE number = 2) AS INTEGER),
  CAST(max(word) FILTER (WHERE number = 3) AS INTEGER),
  CAST(max(word) FILTER (WHERE number = 4) AS INTEGER)
FROM words HAVING count(*) > 0;
DELETE FROM meta WHERE name = 'sequences';
DROP INDEX deleted_time;
ALTER TABLE deleted RENAME TO tombstones;
CREATE INDEX tombstones_time ON tombstones (account, region, deleted_time);
)sql"},
    Migration{10, R"sql(
CREATE TABLE snapshot_usage (
  account TEXT NOT NULL, region TEXT NOT NULL, category TEXT NOT NULL,
  minute INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (account, region, category, minute)
) STRICT, WITHOUT ROWID;
)sql",
              R"sql(
INSERT INTO counters (account, region, kind, facet, value, total)
SELECT account, region, 'snapshot_bytes', '', category, sum(bytes) FROM snapshots
GROUP BY account, region, category;
INSERT INTO snapshot_usage (account, region, category, minute, bytes)
SELECT account, region, value, 0, total FROM counters WHERE kind = 'snapshot_bytes';
INSERT INTO snapshot_chains (seq, account, region, id, source_disk_id, source_disk_size_gib,
  source_disk_type, instant_access, snapshots, bytes, document)
SELECT min(seq), account, region, 'sl-' || substr(first, 3), source_disk_id,
  max(source_disk_size_gib), max(source_disk_type), max(instant_access), count(*), sum(bytes), ''
FROM (SELECT *, iif(source_disk_id = '', id, source_disk_id) AS first FROM snapshots)
GROUP BY account, region, first;
)sql"},
    Migration{14, R"sql(
CREATE TABLE tag_totals (
  account TEXT NOT NULL, region TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  kind TEXT NOT NULL, total INTEGER NOT NULL CHECK (total >= 0),
  PRIMARY KEY (account, region, key, value, kind)
) STRICT, WITHOUT ROWID;
)sql",
              R"sql(
INSERT INTO tag_totals (account, region, key, value, kind, total)
SELECT account, region, key, value, kind, count(*) FROM tags
GROUP BY account, region, key, value, kind;
)sql"},
};
static_assert(kMigrations.back().version <= kSchemaVersion);

template <class T>
void CreateIfMissing(SQLite::Database& db) {
  if (!db.tableExists(std::string(KindOf<T>().table))) db.exec(SqlOf<T>().create);
}

std::string WithoutLayout(std::string_view sql) {
  std::string text;
  for (const char c : sql) {
    if (c != ' ' && c != '\n' && c != '"') text += c;
  }
  return text;
}

// The SQL that made the table or index.
std::string SqlOfName(SQLite::Database& db, std::string_view name) {
  SQLite::Statement find(db, "SELECT sql FROM sqlite_master WHERE name = :name");
  find.bind(":name", std::string(name));
  return find.executeStep() ? find.getColumn(0).getString() : std::string();
}

std::string LiteralOf(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string_view>(&cell)) return Quoted(*text);
  return "NULL";
}

// Other indexes than an older program made.
void IndexAnew(SQLite::Database& db, const KindInfo& kind) {
  SQLite::Statement find(
      db,
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql <> ''");
  find.bind(1, std::string(kind.table));
  std::vector<std::string> names;
  std::string made;
  while (find.executeStep()) {
    names.push_back(find.getColumn(0).getString());
    made += find.getColumn(1).getString() + ";";
  }
  find.reset();
  if (WithoutLayout(made) == WithoutLayout(IndexesSql(kind))) return;
  for (const std::string& name : names) db.exec("DROP INDEX " + name);
  db.exec(IndexesSql(kind));
}

// A table that an older program made with other columns becomes one of today, with its rows: what
// they lack gets the default of its member. Foreign keys must be off.
template <class T>
void RebuildIfOld(SQLite::Database& db) {
  const Kind<T>& kind = KindOf<T>();
  const std::string table(kind.table);
  if (WithoutLayout(SqlOfName(db, table)) == WithoutLayout(TableSql(kind, table))) {
    IndexAnew(db, kind);
    return;
  }
  std::set<std::string> old_columns;
  SQLite::Statement info(db, fmt::format("PRAGMA table_info({})", table));
  while (info.executeStep()) old_columns.insert(info.getColumn("name").getString());
  const T defaults;
  std::string names;
  std::string values;
  for (const Column<T>& column : kind.columns) {
    const std::string name(column.name);
    names += name + ", ";
    values += (old_columns.contains(name) ? name : LiteralOf(column.get(defaults))) + ", ";
  }
  const std::string next = table + "_next";
  db.exec(TableSql(kind, next));
  db.exec(fmt::format("INSERT INTO {} ({}document) SELECT {}document FROM {}", next, names, values,
                      table));
  db.exec(fmt::format("DROP TABLE {}", table));
  db.exec(fmt::format("ALTER TABLE {} RENAME TO {}", next, table));
  db.exec(IndexesSql(kind));
}

// Every document again, as this program writes it.
template <class T>
void RefreshDocuments(Connection& connection) {
  constexpr std::int64_t kBatch = 1000;
  const std::string sql =
      fmt::format("UPDATE {} SET document = :document WHERE seq = :seq", KindOf<T>().table);
  View view(connection);
  std::int64_t seq = 0;
  while (true) {
    const std::vector<T> objects = view.After<T>(seq, kBatch);
    if (objects.empty()) return;
    for (const T& object : objects) {
      connection.Use(sql)
          .Text(":document", KindOf<T>().document(object))
          .Number(":seq", object.seq)
          .Exec();
    }
    seq = objects.back().seq;
  }
}

// The totals that a kind has today, from its rows.
template <class T>
void CountAnew(SQLite::Database& db) {
  const Kind<T>& kind = KindOf<T>();
  db.exec(fmt::format("DELETE FROM counters WHERE kind = '{}'", kind.name));
  const auto count = [&](std::string_view facet, std::string_view value, std::string_view total) {
    db.exec(
        fmt::format("INSERT INTO counters (account, region, kind, facet, value, total) SELECT "
                    "account, region, '{}', '{}', {}, {} FROM {} GROUP BY 1, 2, 5",
                    kind.name, facet, value, total, kind.table));
  };
  count("", "''", "count(*)");
  if (!kind.facets.empty()) count(kFacets, FacetsSql(kind), "count(*)");
  for (const Sum& sum : kind.sums) count(sum.column, sum.by, fmt::format("sum({})", sum.column));
}

void Stamp(SQLite::Database& db) {
  db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  db.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
}

}  // namespace

void MakeSchema(SQLite::Database& db) {
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
#define ZONEDISK_CREATE(T) CreateIfMissing<T>(db);
  ZONEDISK_EACH_KIND(ZONEDISK_CREATE)
  db.exec(std::string(kTables));
  Stamp(db);
  transaction.commit();
}

void Migrate(Connection& connection, int version) {
  SQLite::Database& db = connection.Db();
  // Else dropping a table would delete what refers to its rows. It counts outside a transaction
  // only.
  db.exec("PRAGMA foreign_keys = OFF");
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  for (const Migration& migration : kMigrations) {
    if (migration.version > version) db.exec(std::string(migration.sql));
  }
  ZONEDISK_EACH_KIND(ZONEDISK_CREATE)
#undef ZONEDISK_CREATE
#define ZONEDISK_REBUILD(T) RebuildIfOld<T>(db);
  ZONEDISK_EACH_KIND(ZONEDISK_REBUILD)
#undef ZONEDISK_REBUILD
  for (const Migration& migration : kMigrations) {
    if (migration.version > version) db.exec(std::string(migration.fill));
  }
#define ZONEDISK_REFRESH(T) RefreshDocuments<T>(connection);
  ZONEDISK_EACH_KIND(ZONEDISK_REFRESH)
#undef ZONEDISK_REFRESH
#define ZONEDISK_COUNT(T) CountAnew<T>(db);
  ZONEDISK_EACH_KIND(ZONEDISK_COUNT)
#undef ZONEDISK_COUNT
  Stamp(db);
  transaction.commit();
  db.exec("PRAGMA foreign_keys = ON");
}

}  // namespace cloudapi
