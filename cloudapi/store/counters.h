#pragma once
// Exact totals: deltas gathered in memory, written once at the end of each transaction. Private to
// the writer.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cloudapi/resources/model.h"

namespace cloudapi {

// Lives on the writer thread. A request's deltas join the batch's only when it is kept.
class Counters {
 public:
  explicit Counters(SQLite::Database& db);

  void Count(const Disk& disk, std::int64_t delta);
  void Count(const Snapshot& snapshot, std::int64_t delta);
  void Count(const Instance& instance, std::int64_t delta);
  // The rows of the account (empty: all) are gone; what this transaction gathered for them too.
  void Forget(std::string_view account);

  void Keep();
  void Drop();
  // Writes the batch's deltas into the open transaction.
  void Flush();
  // The transaction failed.
  void Abandon();

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  using Deltas = std::map<Key, std::int64_t>;  // account, region, kind, facet, value

  void Apply(const Key& key, std::int64_t delta);

  Deltas request_;
  Deltas batch_;
  std::vector<std::string> forgotten_;  // accounts cleared by this request; "" for all
  SQLite::Statement update_;
  SQLite::Statement insert_;
};

}  // namespace cloudapi
