#pragma once
// A connection to the database with its prepared statements. Private to the store.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cloudapi/resources/kind.h"

namespace cloudapi {

// A value for a named parameter. Owns its text.
struct Binding {
  std::string name;  // ":zone"
  std::variant<std::int64_t, std::string> value;
};

// Told of each statement text when it is prepared; tests look at its plan.
using PrepareObserver = std::function<void(SQLite::Database& db, const std::string& sql)>;

class Connection;

// A prepared statement in use: reset, and kept for the next user of the same text, when the use
// ends, also by an exception. It belongs to its user, so no other statement can take it away.
class ScopedStatement {
 public:
  ~ScopedStatement();
  ScopedStatement(const ScopedStatement&) = delete;
  ScopedStatement& operator=(const ScopedStatement&) = delete;

  ScopedStatement& Text(const char* name, std::string_view text) {
    Get().bind(name, std::string(text));
    return *this;
  }
  ScopedStatement& Number(const char* name, std::int64_t number) {
    Get().bind(name, number);
    return *this;
  }
  ScopedStatement& Bind(const std::vector<Binding>& bindings);
  // By position, from 1.
  void BindCell(int index, const Cell& cell);
  // The text must live until the statement has run.
  void BindLongText(int index, const std::string& text) { Get().bindNoCopy(index, text); }
  void BindNumber(int index, std::int64_t number) { Get().bind(index, number); }

  // Whether there is a row (another row).
  bool Step() { return Get().executeStep(); }
  // Runs a statement without rows; returns how many it changed.
  int Exec() { return Get().exec(); }

  std::int64_t NumberAt(int column) { return Get().getColumn(column).getInt64(); }
  std::string TextAt(int column) { return Get().getColumn(column).getString(); }
  // Lives until the next step.
  std::string_view ViewAt(int column);
  Cell CellAt(int column);

 private:
  friend class Connection;
  using Kept = std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>>;

  ScopedStatement(Connection& owner, Kept::node_type node)
      : owner_(owner), node_(std::move(node)) {}
  SQLite::Statement& Get() { return *node_.mapped(); }

  Connection& owner_;
  Kept::node_type node_;
};

// Used by one thread at a time.
class Connection {
 public:
  // Takes an open database. `observer` may be empty.
  Connection(std::unique_ptr<SQLite::Database> db, PrepareObserver observer)
      : db_(std::move(db)), observer_(std::move(observer)) {}

  // A statement of that text. Texts differ only by the combination of filters, of which clients use
  // a handful; of the texts that are not in use kMaxKept are kept.
  ScopedStatement Use(const std::string& sql);
  // Runs a statement without rows or parameters.
  void Exec(const std::string& sql) { Use(sql).Exec(); }
  SQLite::Database& Db() { return *db_; }

  static constexpr std::size_t kMaxKept = 200;

 private:
  friend class ScopedStatement;
  void GiveBack(ScopedStatement::Kept::node_type node);

  std::unique_ptr<SQLite::Database> db_;
  const PrepareObserver observer_;
  ScopedStatement::Kept kept_;
};

// A connection that cannot write.
std::unique_ptr<Connection> OpenReadOnly(const std::filesystem::path& database,
                                         const PrepareObserver& observer);

}  // namespace cloudapi
