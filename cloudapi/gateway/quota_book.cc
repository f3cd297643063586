#include "cloudapi/gateway/quota_book.h"

#include <nlohmann/json.hpp>

namespace cloudapi {

void WriteQuotas(JsonWriter& json, const Quotas& quotas, bool only_changed) {
  const Quotas unasked;
  json.BeginObject();
  for (const QuotaRow& row : QuotaRows()) {
    const auto limit = quotas.Limit(row.quota);
    if (only_changed && limit == unasked.Limit(row.quota)) continue;
    json.Key(row.name);
    if (limit) {
      json.Value(*limit);
    } else {
      json.Value(kNoLimit);
    }
  }
  json.EndObject();
}

Quotas QuotaBook::Of(const std::string& account) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = changed_.find(account);
  return found == changed_.end() ? Quotas() : found->second;
}

void QuotaBook::Set(const std::string& account, const Quotas& quotas) {
  const absl::MutexLock lock(&mutex_);
  if (quotas == Quotas()) {
    changed_.erase(account);
  } else {
    changed_[account] = quotas;
  }
}

std::map<std::string, Quotas> QuotaBook::Changed() const {
  const absl::MutexLock lock(&mutex_);
  return changed_;
}

void QuotaBook::Forget() {
  const absl::MutexLock lock(&mutex_);
  changed_.clear();
}

std::string QuotaBook::Text() const {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [account, quotas] : Changed()) {
    json.Key(account);
    WriteQuotas(json, quotas, /*only_changed=*/true);
  }
  json.EndObject();
  return json.Take();
}

void QuotaBook::Restore(const std::string& text) {
  const auto accounts = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!accounts.is_object()) return;
  for (const auto& [account, limits] : accounts.items()) {
    if (!limits.is_object()) continue;
    Quotas quotas;
    for (const auto& [name, limit] : limits.items()) {
      const QuotaRow* row = FindQuota(name);
      if (row == nullptr) continue;
      if (limit == kNoLimit) quotas.Set(row->quota, std::nullopt);
      if (limit.is_number_integer()) quotas.Set(row->quota, limit.get<std::int64_t>());
    }
    Set(account, quotas);
  }
}

}  // namespace cloudapi
