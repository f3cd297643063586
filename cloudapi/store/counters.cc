#include "cloudapi/store/counters.h"

#include "cloudapi/store/object_table.h"

namespace cloudapi {
namespace {

template <class Key>
bool BelongsTo(const Key& key, std::string_view account) {
  return account.empty() || std::get<0>(key) == account;
}

}  // namespace

Counters::Counters(SQLite::Database& db)
    : update_(db,
              "UPDATE counters SET total = total + :delta WHERE account = :account AND region = "
              ":region AND kind = :kind AND facet = :facet AND value = :value"),
      insert_(db,
              "INSERT INTO counters (account, region, kind, facet, value, total) VALUES (:account, "
              ":region, :kind, :facet, :value, :delta)") {}

void Counters::Count(const Disk& disk, std::int64_t delta) {
  request_[{disk.account, disk.region, "disk", "", ""}] += delta;
  request_[{disk.account, disk.region, "disk", "zone", disk.zone}] += delta;
  request_[{disk.account, disk.region, "disk", "status", std::string(ToString(disk.status))}] +=
      delta;
  request_[{disk.account, disk.region, "disk", "category", disk.category}] += delta;
}

void Counters::Count(const Snapshot& snapshot, std::int64_t delta) {
  request_[{snapshot.account, snapshot.region, "snapshot", "", ""}] += delta;
  request_[{snapshot.account, snapshot.region, "snapshot", "status",
            std::string(ToString(snapshot.status))}] += delta;
}

void Counters::Count(const Instance& instance, std::int64_t delta) {
  request_[{instance.account, instance.region, "instance", "", ""}] += delta;
  request_[{instance.account, instance.region, "instance", "zone", instance.zone}] += delta;
  request_[{instance.account, instance.region, "instance", "status",
            std::string(ToString(instance.status))}] += delta;
  request_[{instance.account, instance.region, "instance", "type", instance.type}] += delta;
}

void Counters::Forget(std::string_view account) {
  std::erase_if(request_, [account](const auto& entry) { return BelongsTo(entry.first, account); });
  forgotten_.emplace_back(account);
}

void Counters::Keep() {
  for (const std::string& account : forgotten_) {
    std::erase_if(batch_,
                  [&account](const auto& entry) { return BelongsTo(entry.first, account); });
  }
  for (const auto& [key, delta] : request_) batch_[key] += delta;
  Drop();
}

void Counters::Drop() {
  request_.clear();
  forgotten_.clear();
}

void Counters::Flush() {
  for (const auto& [key, delta] : batch_) {
    if (delta != 0) Apply(key, delta);
  }
  batch_.clear();
}

void Counters::Abandon() {
  Drop();
  batch_.clear();
}

// UPDATE first: the table's CHECK would refuse a negative total even where the row exists.
void Counters::Apply(const Key& key, std::int64_t delta) {
  const auto& [account, region, kind, facet, value] = key;
  for (SQLite::Statement* statement : {&update_, &insert_}) {
    Use use(*statement);
    use.Text(":account", account).Text(":region", region).Text(":kind", kind);
    use.Text(":facet", facet).Text(":value", value).Number(":delta", delta);
    if (use->exec() > 0) return;
  }
}

}  // namespace cloudapi
