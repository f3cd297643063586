// The readings of tags.
#include <string>
#include <utility>

#include "cloudapi/store/connection.h"

namespace cloudapi {
namespace {

struct Query {
  std::string sql;
  std::vector<Binding> bindings;

  void Add(std::string_view fragment) { sql += fragment; }
  void Bind(std::string name, std::variant<std::int64_t, std::string> value) {
    bindings.push_back({std::move(name), std::move(value)});
  }
  // `tag` as conditions on the alias x or t.
  void Carries(std::string_view alias, const TagMatch& tag, std::size_t index) {
    const std::string number = std::to_string(index);
    sql += std::string(alias) + ".key = :key" + number;
    Bind(":key" + number, tag.key);
    if (!tag.value) return;
    sql += " AND " + std::string(alias) + ".value = :value" + number;
    Bind(":value" + number, *tag.value);
  }
};

// FROM and WHERE of the tags that a count is about.
Query Counted(std::string_view columns, const TagCountFilter& filter) {
  Query query;
  query.sql =
      std::string(columns) + " FROM tags t WHERE t.account = :account AND t.region = :region";
  query.Bind(":account", filter.account);
  query.Bind(":region", filter.region);
  if (filter.kind) {
    query.Add(" AND t.kind = :kind");
    query.Bind(":kind", std::string(StoredName(*filter.kind)));
  }
  if (!filter.id.empty()) {
    // The three tables are asked by id, so that the tags of one object cost one look-up.
    query.Add(
        " AND t.kind IN ('disk', 'snapshot', 'instance') AND t.seq IN ("
        "SELECT seq FROM disks WHERE account = :account AND id = :id AND region = :region "
        "UNION ALL SELECT seq FROM snapshots WHERE account = :account AND id = :id AND region = "
        ":region UNION ALL SELECT seq FROM instances WHERE account = :account AND id = :id AND "
        "region = :region) AND t.id = :id");
    query.Bind(":id", filter.id);
  }
  for (std::size_t i = 0; i < filter.tags.size(); ++i) {
    query.Add(i == 0 ? " AND ((" : ") OR (");
    query.Carries("t", filter.tags[i], i);
  }
  if (!filter.tags.empty()) query.Add("))");
  query.Add(" GROUP BY t.key, t.value");
  return query;
}

// Resources that carry a tag; the conditions on x and a parenthesis complete it.
constexpr std::string_view kCarriers =
    " AND t.seq IN (SELECT x.seq FROM tags x WHERE x.account = :account AND x.region = :region "
    "AND x.kind = :kind AND ";

Query Listed(const TagListFilter& filter) {
  Query query;
  query.sql =
      "SELECT t.seq, t.key, t.id, t.value FROM tags t INDEXED BY tags_object WHERE "
      "t.account = :account AND t.region = :region AND t.kind = :kind AND "
      "(t.seq, t.key) > (:seq, :after)";
  query.Bind(":account", filter.account);
  query.Bind(":region", filter.region);
  query.Bind(":kind", std::string(StoredName(filter.kind)));
  if (!filter.ids.empty()) {
    query.Add(" AND t.seq IN (SELECT o.seq FROM json_each(:ids) wanted CROSS JOIN ");
    query.Add(TableOf(filter.kind));
    query.Add(" o WHERE o.account = :account AND o.id = wanted.value AND o.region = :region)");
    query.Bind(":ids", ToJsonArray(filter.ids));
  }
  for (std::size_t i = 0; i < filter.tags.size(); ++i) {
    query.Add(kCarriers);
    query.Carries("x", filter.tags[i], i);
    query.Add(")");
  }
  for (std::size_t i = 0; i < filter.patterns.size(); ++i) {
    const std::string number = std::to_string(i);
    query.Add(kCarriers);
    query.Add("x.key GLOB :pattern" + number);
    query.Bind(":pattern" + number, ToGlob(filter.patterns[i].pattern));
    if (!filter.patterns[i].values.empty()) {
      query.Add(" AND x.value IN (SELECT value FROM json_each(:values" + number + "))");
      query.Bind(":values" + number, ToJsonArray(filter.patterns[i].values));
    }
    query.Add(")");
  }
  query.Add(" ORDER BY t.seq, t.key LIMIT :limit");
  return query;
}

}  // namespace

std::vector<TagCount> Reader::TagCounts(const TagCountFilter& filter, std::int64_t limit,
                                        std::int64_t offset) {
  Query query = Counted(
      "SELECT t.key, t.value, sum(t.kind = 'disk'), sum(t.kind = 'snapshot'), "
      "sum(t.kind = 'instance')",
      filter);
  query.Add(" ORDER BY t.key, t.value LIMIT :limit OFFSET :offset");
  query.Bind(":limit", limit);
  query.Bind(":offset", offset);
  SQLite::Statement& statement = connection_->Prepare(query.sql);
  const ResetAtEnd reset(statement);
  Bind(statement, query.bindings);
  std::vector<TagCount> counts;
  while (statement.executeStep())
    counts.push_back({.key = statement.getColumn(0).getString(),
                      .value = statement.getColumn(1).getString(),
                      .disks = statement.getColumn(2).getInt64(),
                      .snapshots = statement.getColumn(3).getInt64(),
                      .instances = statement.getColumn(4).getInt64()});
  return counts;
}

std::int64_t Reader::CountTags(const TagCountFilter& filter) {
  const Query query = Counted("SELECT 1", filter);
  SQLite::Statement& statement = connection_->Prepare("SELECT count(*) FROM (" + query.sql + ")");
  const ResetAtEnd reset(statement);
  Bind(statement, query.bindings);
  return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

std::vector<TagRow> Reader::Tags(const TagListFilter& filter, const TagPosition& after,
                                 std::int64_t limit) {
  Query query = Listed(filter);
  query.Bind(":seq", after.seq);
  query.Bind(":after", after.key);
  query.Bind(":limit", limit);
  SQLite::Statement& statement = connection_->Prepare(query.sql);
  const ResetAtEnd reset(statement);
  Bind(statement, query.bindings);
  std::vector<TagRow> rows;
  while (statement.executeStep())
    rows.push_back({.position = {.seq = statement.getColumn(0).getInt64(),
                                 .key = statement.getColumn(1).getString()},
                    .id = statement.getColumn(2).getString(),
                    .value = statement.getColumn(3).getString()});
  return rows;
}

}  // namespace cloudapi
