#pragma once
// A reader's connection with its kept statements. Private to the read half of the store.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cloudapi/store/reader.h"
#include "cloudapi/store/selection.h"

namespace cloudapi {

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

inline void Bind(SQLite::Statement& statement, const std::vector<Binding>& bindings) {
  for (const auto& [name, value] : bindings) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement.bind(name, *number);
    } else {
      statement.bind(name, std::get<std::string>(value));
    }
  }
}

class Reader::Connection {
 public:
  explicit Connection(const std::filesystem::path& database);

  // The kept statement of that text, valid until the next call.
  SQLite::Statement& Prepare(const std::string& sql);
  Rows Page(const Selection& selection, const Window& window);
  std::int64_t Count(const Selection& selection);

 private:
  std::int64_t CountByCounter(const Selection& selection);

  SQLite::Database database_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
};

}  // namespace cloudapi
