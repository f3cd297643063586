#pragma once
// Which member of an object is which column: the one place that knows, for INSERT, UPDATE and
// SELECT alike. Private to the write half of the store.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <span>
#include <string>
#include <string_view>

#include "cloudapi/resources/model.h"

namespace cloudapi {

template <class Object>
struct Column {
  std::string_view name;
  bool fixed;  // never changes after the insert, so UPDATE leaves it (and its indexes) alone
  void (*bind)(SQLite::Statement&, int index, const Object&);
  void (*read)(SQLite::Statement&, int index, Object&);
};

// In the order of SELECT. Tags, attachments and the document are not among them.
std::span<const Column<Disk>> DiskColumns();
std::span<const Column<Snapshot>> SnapshotColumns();
std::span<const Column<Instance>> InstanceColumns();

void BindTime(SQLite::Statement& statement, int index, const std::optional<SysMillis>& time);
std::optional<SysMillis> ReadTime(SQLite::Statement& statement, int index);

// "INSERT INTO table (seq, …, document) VALUES (:seq, …, :document)"
template <class Object>
std::string InsertSql(std::string_view table, std::span<const Column<Object>> columns) {
  std::string names;
  std::string values;
  for (const Column<Object>& column : columns) {
    names.append(column.name).append(", ");
    values.append(":").append(column.name).append(", ");
  }
  return "INSERT INTO " + std::string(table) + " (" + names + "document) VALUES (" + values +
         ":document)";
}

// "UPDATE table SET status = :status, …, document = :document WHERE seq = :seq"
template <class Object>
std::string UpdateSql(std::string_view table, std::span<const Column<Object>> columns) {
  std::string sets;
  for (const Column<Object>& column : columns) {
    if (column.fixed) continue;
    sets.append(column.name).append(" = :").append(column.name).append(", ");
  }
  return "UPDATE " + std::string(table) + " SET " + sets + "document = :document WHERE seq = :seq";
}

// "SELECT seq, … FROM table o WHERE where"
template <class Object>
std::string SelectSql(std::string_view table, std::span<const Column<Object>> columns,
                      std::string_view where) {
  std::string names;
  for (const Column<Object>& column : columns) {
    if (!names.empty()) names.append(", ");
    names.append("o.").append(column.name);
  }
  return "SELECT " + names + " FROM " + std::string(table) + " o WHERE " + std::string(where);
}

template <class Object>
Object ReadRow(SQLite::Statement& statement, std::span<const Column<Object>> columns) {
  Object object;
  int index = 0;
  for (const Column<Object>& column : columns) column.read(statement, index++, object);
  return object;
}

}  // namespace cloudapi
