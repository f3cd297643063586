#pragma once
// The SQL of a kind, made once from its row. Private to the store.
#include <string>
#include <string_view>

#include "cloudapi/resources/kind.h"
#include "cloudapi/store/selection.h"

namespace cloudapi {

template <class T>
struct KindSql {
  std::string create;    // CREATE TABLE and its indexes
  std::string insert;    // every column and the document
  std::string update;    // the columns that are not fixed and the document, WHERE seq
  std::string find;      // :account, :id, :region ('' for any)
  std::string document;  // of the row :seq
  std::string erase;     // the row :seq
  std::string after;     // :seq, :limit: every account's, oldest first
  std::string columns;   // "o.seq, o.account, …" of SELECT
};

template <class T>
std::string ColumnSql(const Column<T>& column) {
  std::string sql(column.name);
  if (column.name == "seq") {
    sql += " INTEGER PRIMARY KEY";
  } else if (column.storage == Storage::kText) {
    sql += " TEXT NOT NULL";
  } else {
    sql += column.storage == Storage::kNumber ? " INTEGER NOT NULL" : " INTEGER";
  }
  if (!column.check.empty()) {
    sql.append(" CHECK (").append(column.name).append(" ").append(column.check).append(")");
  }
  if (column.words.empty()) return sql;
  std::string words;
  for (const std::string_view word : column.words) {
    words += (words.empty() ? "" : ", ") + Quoted(word);
  }
  return sql.append(" CHECK (").append(column.name) + " IN (" + words + "))";
}

// CREATE TABLE with the columns of the kind, under any name.
template <class T>
std::string TableSql(const Kind<T>& kind, const std::string& name) {
  std::string sql = "CREATE TABLE " + name + " (\n";
  for (const Column<T>& column : kind.columns) sql += "  " + ColumnSql(column) + ",\n";
  return sql + "  document TEXT NOT NULL,\n  UNIQUE (account, id, region)\n) STRICT";
}

inline std::string IndexesSql(const KindInfo& kind) {
  const std::string table(kind.table);
  std::string sql;
  for (const Index& index : kind.indexes) {
    sql += "CREATE INDEX " + table + "_" + std::string(index.name) + " ON " + table +
           " (account, region";
    if (!index.column.empty()) sql += ", " + std::string(index.column);
    sql += ")";
    if (index.only_filled) sql += " WHERE " + std::string(index.column) + " <> ''";
    sql += ";\n";
  }
  if (kind.facets.empty()) return sql;
  sql += "CREATE INDEX " + table + "_facets ON " + table + " (account, region";
  for (const std::string_view facet : kind.facets) sql += ", " + std::string(facet);
  return sql + ");\n";
}

// The facets of a row as one text, as the counters have it.
inline std::string FacetsSql(const KindInfo& kind) {
  std::string sql;
  for (const std::string_view facet : kind.facets)
    sql += (sql.empty() ? "" : " || char(10) || ") + std::string(facet);
  return sql;
}

template <class T>
KindSql<T> MakeSql(const Kind<T>& kind) {
  const std::string table(kind.table);
  std::string names;
  std::string values;
  std::string sets;
  KindSql<T> sql;
  for (const Column<T>& column : kind.columns) {
    const std::string name(column.name);
    names += name + ", ";
    values += "?, ";
    if (!column.fixed) sets += name + " = ?, ";
    sql.columns += (sql.columns.empty() ? "o." : ", o.") + name;
  }
  const std::string select = "SELECT " + sql.columns + " FROM " + table + " o WHERE ";
  sql.create = TableSql(kind, table) + ";\n" + IndexesSql(kind);
  sql.insert = "INSERT INTO " + table + " (" + names + "document) VALUES (" + values + "?)";
  sql.update = "UPDATE " + table + " SET " + sets + "document = ? WHERE seq = ?";
  sql.find =
      select + "o.account = :account AND o.id = :id AND (:region = '' OR o.region = :region)";
  sql.document = "SELECT document FROM " + table + " WHERE seq = :seq";
  sql.erase = "DELETE FROM " + table + " WHERE seq = :seq";
  sql.after = select + "o.seq > :seq ORDER BY o.seq LIMIT :limit";
  return sql;
}

template <class T>
const KindSql<T>& SqlOf() {
  static const KindSql<T> sql = MakeSql(KindOf<T>());
  return sql;
}

// "SELECT seq, … FROM table o WHERE where"
template <class T>
std::string SelectSql(std::string_view where) {
  return "SELECT " + SqlOf<T>().columns + " FROM " + std::string(KindOf<T>().table) + " o WHERE " +
         std::string(where);
}

}  // namespace cloudapi
