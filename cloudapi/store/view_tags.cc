// The readings of tags.
#include <string>
#include <utility>

#include "cloudapi/store/connection.h"
#include "cloudapi/store/selection.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

struct TagQuery {
  std::string sql;
  Bindings values;

  void Add(std::string_view fragment) { sql += fragment; }
};

// "SELECT seq FROM disks WHERE … UNION ALL …" of the object with the bound :id, in every kind that
// the filter admits.
std::string SeqsOfId(const TagCountFilter& filter) {
  std::string sql;
  for (const KindInfo* kind : Kinds()) {
    if (filter.kind != nullptr && kind != filter.kind) continue;
    if (!sql.empty()) sql += " UNION ALL ";
    sql += "SELECT " + Quoted(kind->name) + " AS kind, seq FROM " + std::string(kind->table) +
           " WHERE account = :account AND id = :id AND region = :region";
  }
  return sql;
}

// The totals of tags that a count is about: those of the region, or those that the caller names, by
// look-ups.
std::string TotalsOf(TagQuery& query, const TagCountFilter& filter) {
  std::string totals =
      "SELECT t.key, t.value, t.kind, t.total FROM tag_totals t WHERE t.account = :account AND "
      "t.region = :region";
  if (filter.kind != nullptr) {
    totals += " AND t.kind = :kind";
    query.values.Bind(":kind", std::string(filter.kind->name));
  }
  if (filter.tags.empty()) return totals;
  std::string wanted;
  for (const TagMatch& tag : filter.tags)
    wanted += (wanted.empty() ? "" : " UNION ") + totals + " AND " + query.values.Carries("t", tag);
  return wanted;
}

// The tags of one object, a total of one each.
std::string TotalsOfId(TagQuery& query, const TagCountFilter& filter) {
  query.values.Bind(":id", filter.id);
  std::string sql = "SELECT t.key, t.value, t.kind, 1 AS total FROM (" + SeqsOfId(filter) +
                    ") wanted CROSS JOIN tags t INDEXED BY tags_object ON t.account = :account AND "
                    "t.region = :region AND t.kind = wanted.kind AND t.seq = wanted.seq";
  std::string any;
  for (const TagMatch& tag : filter.tags)
    any += (any.empty() ? " WHERE (" : ") OR (") + query.values.Carries("t", tag);
  return any.empty() ? sql : sql + any + ")";
}

// What a count is about, grouped by tag.
TagQuery Counted(std::string_view columns, const TagCountFilter& filter) {
  TagQuery query;
  query.values.Bind(":account", filter.account);
  query.values.Bind(":region", filter.region);
  query.sql = "SELECT " + std::string(columns) + " FROM (" +
              (filter.id.empty() ? TotalsOf(query, filter) : TotalsOfId(query, filter)) +
              ") wanted";
  query.Add(" GROUP BY key, value");
  return query;
}

// The tags of the resources that are named, one look-up each.
std::string TagsOfIds(TagQuery& query, const TagListFilter& filter) {
  return "json_each(" + query.values.Fresh(ToJsonArray(filter.ids)) + ") wanted CROSS JOIN " +
         std::string(filter.kind->table) +
         " o ON o.account = :account AND o.id = wanted.value AND o.region = :region CROSS JOIN "
         "tags t INDEXED BY tags_object ON t.seq = o.seq";
}

// The tags of the resources that carry the first tag asked for. With a value its index delivers
// them in the order of the listing. The plus keeps SQLite from looking for the tags of all that
// follow :seq instead of those of one resource.
std::string TagsOfCarriers(TagQuery& query, const TagMatch& tag) {
  return "tags x CROSS JOIN tags t INDEXED BY tags_object ON t.seq = +x.seq AND x.account "
         "= :account AND x.region = :region AND x.kind = :kind AND x.seq >= :seq AND " +
         query.values.Carries("x", tag);
}

std::string Has(const std::string& condition) {
  return " AND EXISTS (SELECT 1 FROM tags y INDEXED BY tags_object WHERE y.account = :account AND "
         "y.region = :region AND y.kind = :kind AND y.seq = t.seq AND " +
         condition + ")";
}

std::string HasPattern(TagQuery& query, const TagKeyPattern& pattern) {
  std::string condition = "y.key GLOB " + query.values.Fresh(ToGlob(pattern.pattern));
  if (!pattern.values.empty()) {
    condition += " AND y.value IN (SELECT value FROM json_each(" +
                 query.values.Fresh(ToJsonArray(pattern.values)) + "))";
  }
  return Has(condition);
}

TagQuery Listed(const TagListFilter& filter) {
  TagQuery query;
  query.values.Bind(":account", filter.account);
  query.values.Bind(":region", filter.region);
  query.values.Bind(":kind", std::string(filter.kind->name));
  std::string from = "tags t INDEXED BY tags_object";
  std::size_t checked = 0;  // tags that the FROM looks after
  if (!filter.ids.empty()) {
    from = TagsOfIds(query, filter);
  } else if (!filter.tags.empty()) {
    from = TagsOfCarriers(query, filter.tags.front());
    checked = 1;
  }
  // Of a whole listing the index begins after the position. Where other rows lead to the tags, the
  // plus keeps SQLite from beginning there and reading every tag that follows.
  const char* position = checked == 0 && filter.ids.empty() ? "(t.seq, t.key)" : "(+t.seq, +t.key)";
  query.sql = "SELECT t.seq, t.key, t.id, t.value FROM " + from +
              " WHERE t.account = :account AND t.region = :region AND t.kind = :kind AND " +
              position + " > (:seq, :after)";
  for (std::size_t i = checked; i < filter.tags.size(); ++i) {
    query.Add(Has(query.values.Carries("y", filter.tags[i])));
  }
  for (const TagKeyPattern& pattern : filter.patterns) query.Add(HasPattern(query, pattern));
  query.Add(checked > 0 ? " ORDER BY x.seq, t.key LIMIT :limit"
                        : " ORDER BY t.seq, t.key LIMIT :limit");
  return query;
}

// How many of each kind: "sum(total * (kind = 'disk')), …".
std::string SumsByKind() {
  std::string sums;
  for (const KindInfo* kind : Kinds()) sums += ", sum(total * (kind = " + Quoted(kind->name) + "))";
  return sums;
}

}  // namespace

std::vector<TagCount> View::TagCounts(const TagCountFilter& filter, std::int64_t limit,
                                      std::int64_t offset) {
  TagQuery query = Counted("key, value" + SumsByKind(), filter);
  query.Add(" ORDER BY key, value LIMIT :limit OFFSET :offset");
  ScopedStatement statement = Db().Use(query.sql);
  statement.Bind(query.values.All()).Number(":limit", limit).Number(":offset", offset);
  std::vector<TagCount> counts;
  while (statement.Step()) {
    TagCount count{.key = statement.TextAt(0), .value = statement.TextAt(1)};
    for (std::size_t i = 0; i < Kinds().size(); ++i) {
      count.of_kind.push_back(statement.NumberAt(static_cast<int>(i) + 2));
    }
    counts.push_back(std::move(count));
  }
  return counts;
}

std::int64_t View::CountTags(const TagCountFilter& filter) {
  const TagQuery query = Counted("1", filter);
  ScopedStatement statement = Db().Use("SELECT count(*) FROM (" + query.sql + ")");
  statement.Bind(query.values.All());
  return statement.Step() ? statement.NumberAt(0) : 0;
}

std::vector<TagRow> View::Tags(const TagListFilter& filter, const TagPosition& after,
                               std::int64_t limit) {
  const TagQuery query = Listed(filter);
  ScopedStatement statement = Db().Use(query.sql);
  statement.Bind(query.values.All()).Number(":seq", after.seq).Text(":after", after.key);
  statement.Number(":limit", limit);
  std::vector<TagRow> rows;
  while (statement.Step()) {
    rows.push_back({.position = {.seq = statement.NumberAt(0), .key = statement.TextAt(1)},
                    .id = statement.TextAt(2),
                    .value = statement.TextAt(3)});
  }
  return rows;
}

}  // namespace cloudapi
