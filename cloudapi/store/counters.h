#pragma once
// Exact totals: deltas gathered in memory, written once at the end of each transaction. Private to
// the writer.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace cloudapi {

class Connection;

// Lives on the writer thread. A request's deltas join the batch's only when it is kept.
class Counters {
 public:
  using Key = std::tuple<std::string, std::string, std::string, std::string,
                         std::string>;  // account, region, kind, facet, value

  explicit Counters(Connection& connection) : connection_(connection) {}

  void Count(Key key, std::int64_t delta) { request_[std::move(key)] += delta; }
  // What this transaction gathered for the row and has not written.
  std::int64_t Unwritten(const Key& key) const;
  // The rows of the account (empty: all) are gone; what this transaction gathered for them too.
  void Forget(std::string_view account);

  // The end of a request.
  void Release();
  void RollbackRequest();
  // Writes the batch's deltas into the open transaction.
  void Flush();
  // The transaction failed.
  void Rollback();

 private:
  using Deltas = std::map<Key, std::int64_t>;

  void Apply(const Key& key, std::int64_t delta);

  Connection& connection_;
  Deltas request_;
  Deltas batch_;
  std::vector<std::string> forgotten_;  // accounts cleared by this request; "" for all
};

}  // namespace cloudapi
