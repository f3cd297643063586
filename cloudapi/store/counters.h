#pragma once
// Exact totals: deltas gathered in memory, written once at the end of each transaction. Private to
// the writer.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cloudapi/base/env.h"

namespace cloudapi {

class Connection;

// The counter of bytes in snapshots, by category: its kind; no kind of object is called so.
inline constexpr std::string_view kSnapshotBytes = "snapshot_bytes";
// The facet whose values are the combinations of a kind's facets, a line each.
inline constexpr std::string_view kFacets = "facets";
// Facets that begin so are tags: their key follows, the value is theirs. Their totals have a table
// of their own.
inline constexpr std::string_view kTagFacet = "tag:";
// How long it is known what it was.
inline constexpr std::chrono::days kUsageLifetime{30};

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
  // Writes the batch's deltas into the open transaction, and what the bytes in snapshots are `now`.
  void Flush(SysMillis now);
  // The transaction failed.
  void Rollback();

 private:
  using Deltas = std::map<Key, std::int64_t>;

  void Apply(const Key& key, std::int64_t delta);
  void ApplyToTag(const Key& key, std::int64_t delta);
  void DropEmpty(const Key& key);
  void RecordUsage(const Key& key, SysMillis now);

  Connection& connection_;
  Deltas request_;
  Deltas batch_;
  std::vector<std::string> forgotten_;  // accounts cleared by this request; "" for all
};

}  // namespace cloudapi
