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

void Counters::Flush() {
  for (const auto& [key, delta] : batch_) {
    if (delta != 0) Apply(key, delta);
  }
  batch_.clear();
}

void Counters::Rollback() {
  RollbackRequest();
  batch_.clear();
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
    if (statement.Exec() > 0) return;
  }
}

}  // namespace cloudapi
