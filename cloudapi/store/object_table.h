#pragma once
// One table of objects with their tags: find, insert, update, delete. Private to the writer.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudapi/store/columns.h"

namespace cloudapi {

// A prepared statement in use; reset when the use ends, also by an exception.
class Use {
 public:
  explicit Use(SQLite::Statement& statement) : statement_(statement) {}
  ~Use() { statement_.tryReset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  SQLite::Statement* operator->() { return &statement_; }
  SQLite::Statement& operator*() { return statement_; }

  Use& Text(const char* name, std::string_view text) {
    statement_.bind(name, std::string(text));
    return *this;
  }
  Use& Number(const char* name, std::int64_t number) {
    statement_.bind(name, number);
    return *this;
  }

 private:
  SQLite::Statement& statement_;
};

// Lives on the writer thread. Objects that Read returns have no tags yet: ReadTags adds them.
template <class Object>
class ObjectTable {
 public:
  ObjectTable(SQLite::Database& db, std::string kind, const std::string& table,
              std::span<const Column<Object>> columns)
      : kind_(std::move(kind)),
        columns_(columns),
        find_(db, SelectSql(table, columns,
                            "o.account = :account AND o.id = :id AND (:region = '' OR o.region = "
                            ":region)")),
        document_(db, "SELECT document FROM " + table + " WHERE seq = :seq"),
        insert_(db, InsertSql(table, columns)),
        update_(db, UpdateSql(table, columns)),
        erase_(db, "DELETE FROM " + table + " WHERE seq = :seq"),
        tags_(
            db,
            "SELECT key, value FROM tags WHERE account = :account AND region = :region AND kind = "
            ":kind AND seq = :seq ORDER BY key"),
        add_tag_(db,
                 "INSERT INTO tags (account, region, kind, key, value, seq, id) VALUES (:account, "
                 ":region, :kind, :key, :value, :seq, :id)"),
        erase_tags_(db,
                    "DELETE FROM tags WHERE account = :account AND region = :region AND kind = "
                    ":kind AND seq = :seq") {}

  std::optional<Object> Find(std::string_view account, std::string_view region,
                             std::string_view id) {
    std::optional<Object> object;
    {
      Use use(find_);
      use.Text(":account", account).Text(":region", region).Text(":id", id);
      if (!use->executeStep()) return std::nullopt;
      object = ReadRow(*use, columns_);
    }
    ReadTags(*object);
    return object;
  }

  // The rows of a SELECT of this table's columns whose parameters are bound.
  std::vector<Object> ReadAll(SQLite::Statement& select) {
    std::vector<Object> objects;
    while (select.executeStep()) objects.push_back(ReadRow(select, columns_));
    for (Object& object : objects) ReadTags(object);
    return objects;
  }

  std::string DocumentOf(const Object& object) {
    Use use(document_);
    use.Number(":seq", object.seq);
    return use->executeStep() ? use->getColumn(0).getString() : std::string();
  }

  void Insert(const Object& object, const std::string& document) {
    Write(insert_, object, document, true);
    AddTags(object);
  }

  void Update(const Object& before, const Object& after, const std::string& document) {
    Write(update_, after, document, false);
    if (before.tags == after.tags) return;
    EraseTags(after);
    AddTags(after);
  }

  void Erase(const Object& object) {
    EraseTags(object);
    Use use(erase_);
    use.Number(":seq", object.seq);
    use->exec();
  }

 private:
  void Write(SQLite::Statement& statement, const Object& object, const std::string& document,
             bool fixed_too) {
    Use use(statement);
    int index = 0;
    for (const Column<Object>& column : columns_) {
      if (fixed_too || !column.fixed) column.bind(*use, ++index, object);
    }
    use->bindNoCopy(++index, document);
    if (!fixed_too) use.Number(":seq", object.seq);
    use->exec();
  }

  Use& BindObject(Use& use, const Object& object) {
    return use.Text(":account", object.account)
        .Text(":region", object.region)
        .Text(":kind", kind_)
        .Number(":seq", object.seq);
  }

  void ReadTags(Object& object) {
    Use use(tags_);
    BindObject(use, object);
    while (use->executeStep()) {
      object.tags.push_back({use->getColumn(0).getString(), use->getColumn(1).getString()});
    }
  }

  void AddTags(const Object& object) {
    for (const Tag& tag : object.tags) {
      Use use(add_tag_);
      BindObject(use, object)
          .Text(":id", object.id)
          .Text(":key", tag.key)
          .Text(":value", tag.value);
      use->exec();
    }
  }

  void EraseTags(const Object& object) {
    Use use(erase_tags_);
    BindObject(use, object);
    use->exec();
  }

  const std::string kind_;
  const std::span<const Column<Object>> columns_;
  SQLite::Statement find_;
  SQLite::Statement document_;
  SQLite::Statement insert_;
  SQLite::Statement update_;
  SQLite::Statement erase_;
  SQLite::Statement tags_;
  SQLite::Statement add_tag_;
  SQLite::Statement erase_tags_;
};

}  // namespace cloudapi
