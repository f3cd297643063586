#include "cloudapi/store/counters.h"

#include <algorithm>

#include "cloudapi/store/connection.h"

namespace cloudapi {
namespace {

template <class Key>
bool BelongsTo(const Key& key, std::string_view account) {
  return account.empty() || std::get<0>(key) == account;
}

}  // namespace

void Counters::Forget(std::string_view account) {
  std::erase_if(request_, [account](const auto& entry) { return BelongsTo(entry.first, account); });
  forgotten_.emplace_back(account);
}

std::int64_t Counters::Unwritten(const Key& key) const {
  const auto in = [&key](const Deltas& deltas) {
    const auto found = deltas.find(key);
    return found == deltas.end() ? 0 : found->second;
  };
  const bool forgotten = std::ranges::any_of(
      forgotten_, [&key](const std::string& account) { return BelongsTo(key, account); });
  return in(request_) + (forgotten ? 0 : in(batch_));
}

void Counters::Release() {
  for (const std::string& account : forgotten_) {
    std::erase_if(batch_,
                  [&account](const auto& entry) { return BelongsTo(entry.first, account); });
  }
  for (const auto& [key, delta] : request_) batch_[key] += delta;
  RollbackRequest();
}

void Counters::RollbackRequest() {
  request_.clear();
  forgotten_.clear();
}

void Counters::Flush(SysMillis now) {
  for (const auto& [key, delta] : batch_) {
    if (delta == 0) continue;
    if (std::get<3>(key).starts_with(kTagFacet)) {
      ApplyToTag(key, delta);
      continue;
    }
    Apply(key, delta);
    if (std::get<2>(key) == kSnapshotBytes) RecordUsage(key, now);
  }
  batch_.clear();
}

void Counters::Rollback() {
  RollbackRequest();
  batch_.clear();
}

// One row a minute at most. Of those that are too old the last one stays: it is what the bytes were
// until the next.
void Counters::RecordUsage(const Key& key, SysMillis now) {
  static const std::string put =
      "INSERT INTO snapshot_usage (account, region, category, minute, bytes) SELECT account, "
      "region, value, :minute, total FROM counters WHERE account = :account AND region = :region "
      "AND kind = :kind AND facet = '' AND value = :category ON CONFLICT DO UPDATE SET bytes = "
      "excluded.bytes";
  static const std::string prune =
      "DELETE FROM snapshot_usage WHERE account = :account AND region = :region AND category = "
      ":category AND minute < (SELECT max(minute) FROM snapshot_usage WHERE account = :account AND "
      "region = :region AND category = :category AND minute <= :oldest)";
  const auto minute = [](SysMillis time) {
    return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
  };
  const auto& [account, region, kind, facet, category] = key;
  connection_.Use(put)
      .Text(":account", account)
      .Text(":region", region)
      .Text(":kind", kind)
      .Text(":category", category)
      .Number(":minute", minute(now))
      .Exec();
  connection_.Use(prune)
      .Text(":account", account)
      .Text(":region", region)
      .Text(":category", category)
      .Number(":oldest", minute(now - kUsageLifetime))
      .Exec();
}

// UPDATE first: the table's CHECK would refuse a negative total even where the row exists.
void Counters::Apply(const Key& key, std::int64_t delta) {
  static const std::string update =
      "UPDATE counters SET total = total + :delta WHERE account = :account AND region = :region "
      "AND kind = :kind AND facet = :facet AND value = :value";
  static const std::string insert =
      "INSERT INTO counters (account, region, kind, facet, value, total) VALUES (:account, "
      ":region, :kind, :facet, :value, :delta)";
  const auto& [account, region, kind, facet, value] = key;
  for (const std::string* sql : {&update, &insert}) {
    ScopedStatement statement = connection_.Use(*sql);
    statement.Text(":account", account).Text(":region", region).Text(":kind", kind);
    statement.Text(":facet", facet).Text(":value", value).Number(":delta", delta);
    if (statement.Exec() > 0) break;
  }
  if (facet == kFacets && delta < 0) DropEmpty(key);
}

// Tags come and go with their objects, so a total of none has no row.
void Counters::ApplyToTag(const Key& key, std::int64_t delta) {
  static const std::string where =
      " WHERE account = :account AND region = :region AND key = :key AND value = :value AND kind = "
      ":kind";
  static const std::string update = "UPDATE tag_totals SET total = total + :delta" + where;
  static const std::string insert =
      "INSERT INTO tag_totals (account, region, key, value, kind, total) VALUES (:account, "
      ":region, "
      ":key, :value, :kind, :delta)";
  static const std::string drop = "DELETE FROM tag_totals" + where + " AND total = 0";
  const auto changed = [&](const std::string& sql, bool by_delta) {
    const auto& [account, region, kind, facet, value] = key;
    ScopedStatement statement = connection_.Use(sql);
    statement.Text(":account", account).Text(":region", region).Text(":kind", kind);
    statement.Text(":key", std::string_view(facet).substr(kTagFacet.size())).Text(":value", value);
    if (by_delta) statement.Number(":delta", delta);
    return statement.Exec() > 0;
  };
  if (!changed(update, true)) changed(insert, true);
  if (delta < 0) changed(drop, false);
}

// There are few combinations of facets at any time, but many over the years.
void Counters::DropEmpty(const Key& key) {
  static const std::string sql =
      "DELETE FROM counters WHERE account = :account AND region = :region AND kind = :kind AND "
      "facet = :facet AND value = :value AND total = 0";
  const auto& [account, region, kind, facet, value] = key;
  ScopedStatement drop = connection_.Use(sql);
  drop.Text(":account", account).Text(":region", region).Text(":kind", kind);
  drop.Text(":facet", facet).Text(":value", value).Exec();
}

}  // namespace cloudapi
