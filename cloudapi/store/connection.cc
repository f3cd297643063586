#include "cloudapi/store/connection.h"

#include <sqlite3.h>

#include <utility>

namespace cloudapi {
namespace {

constexpr std::int64_t kMapBytes = std::int64_t{1} << 31;  // SQLite's own limit is a little less
constexpr int kCacheKiB = 512;
constexpr int kBusyMilliseconds = 5000;

}  // namespace

ScopedStatement::~ScopedStatement() {
  Get().tryReset();
  owner_.GiveBack(std::move(node_));
}

ScopedStatement& ScopedStatement::Bind(const std::vector<Binding>& bindings) {
  for (const auto& [name, value] : bindings) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      Get().bind(name, *number);
    } else {
      Get().bind(name, std::get<std::string>(value));
    }
  }
  return *this;
}

void ScopedStatement::BindCell(int index, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    Get().bind(index, *number);
  } else if (const auto* text = std::get_if<std::string_view>(&cell)) {
    Get().bind(index, std::string(*text));
  } else {
    Get().bind(index);
  }
}

std::string_view ScopedStatement::ViewAt(int column) {
  const SQLite::Column value = Get().getColumn(column);
  const char* text = value.getText();
  return {text, static_cast<std::size_t>(value.getBytes())};
}

Cell ScopedStatement::CellAt(int column) {
  const SQLite::Column value = Get().getColumn(column);
  if (value.isNull()) return {};
  if (value.isInteger()) return value.getInt64();
  return ViewAt(column);
}

ScopedStatement Connection::Use(const std::string& sql) {
  if (auto node = kept_.extract(sql)) return {*this, std::move(node)};
  if (observer_) observer_(*db_, sql);
  ScopedStatement::Kept fresh;
  fresh.emplace(sql, std::make_unique<SQLite::Statement>(*db_, sql));
  return {*this, fresh.extract(fresh.begin())};
}

void Connection::GiveBack(ScopedStatement::Kept::node_type node) {
  if (kept_.size() >= kMaxKept) kept_.clear();
  kept_.insert(std::move(node));
}

std::unique_ptr<Connection> OpenReadOnly(const std::filesystem::path& database,
                                         const PrepareObserver& observer) {
  auto db = std::make_unique<SQLite::Database>(database.string(),
                                               SQLite::OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
  db->setBusyTimeout(kBusyMilliseconds);
  db->exec("PRAGMA mmap_size = " + std::to_string(kMapBytes));
  db->exec("PRAGMA cache_size = -" + std::to_string(kCacheKiB));
  db->exec("PRAGMA query_only = ON");
  return std::make_unique<Connection>(std::move(db), observer);
}

}  // namespace cloudapi
