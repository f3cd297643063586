#include "cloudapi/gateway/throttles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cloudapi/actions/products.h"
#include "cloudapi/base/json.h"
#include "cloudapi/gateway/kept_rows.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr double kMinuteMs = 60'000;

bool Covers(const Throttle& throttle, const std::string& account, std::string_view action) {
  return (throttle.account.empty() || throttle.account == account) &&
         (throttle.action.empty() || base::EqualNoCase(throttle.action, action));
}

bool IsOf(const Throttle& throttle, const std::string& account, const std::string& action) {
  return throttle.account == account && base::EqualNoCase(throttle.action, action);
}

tl::unexpected<ApiError> Throttled(const Throttle& throttle, double tokens) {
  const std::string_view code = throttle.action.empty()    ? "Throttling.User"
                                : throttle.account.empty() ? "Throttling.Api"
                                                           : "Throttling";
  std::vector<Fact> facts;
  if (throttle.per_minute > 0) {
    const double wait = (1 - tokens) * kMinuteMs / static_cast<double>(throttle.per_minute);
    facts.push_back({std::string(kRetryAfterFact), fmt::format("{:.0f}", std::ceil(wait))});
  }
  return Refuse(400, code, "gateway.throttle",
                fmt::format("Request was denied due to flow control: {} calls at once and {} a "
                            "minute are let through.",
                            throttle.burst, throttle.per_minute),
                std::move(facts));
}

}  // namespace

bool IsActionName(std::string_view name) {
  return std::ranges::any_of(Products(), [name](const Product& product) {
    return FindActionOf(product.version, name) != nullptr;
  });
}

void Throttles::Set(const Throttle& throttle) {
  Bucket bucket{.throttle = throttle, .tokens = static_cast<double>(throttle.burst), .filled = {}};
  const absl::MutexLock lock(&mutex_);
  const auto found = std::ranges::find_if(buckets_, [&](const Bucket& other) {
    return IsOf(other.throttle, throttle.account, throttle.action);
  });
  if (found == buckets_.end()) {
    buckets_.push_back(std::move(bucket));
  } else {
    *found = std::move(bucket);
  }
}

bool Throttles::Remove(const std::string& account, const std::string& action) {
  const absl::MutexLock lock(&mutex_);
  return std::erase_if(buckets_, [&](const Bucket& bucket) {
           return IsOf(bucket.throttle, account, action);
         }) > 0;
}

void Throttles::Forget() {
  const absl::MutexLock lock(&mutex_);
  buckets_.clear();
}

std::vector<Throttle> Throttles::All() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<Throttle> all;
  for (const Bucket& bucket : buckets_) all.push_back(bucket.throttle);
  return all;
}

// A clock that was set back fills nothing, and counts from there.
Result<void> Throttles::Take(const std::string& account, std::string_view action, SysMillis now) {
  const absl::MutexLock lock(&mutex_);
  std::vector<Bucket*> taken;
  for (Bucket& bucket : buckets_) {
    const Throttle& throttle = bucket.throttle;
    if (!Covers(throttle, account, action)) continue;
    const auto passed = std::max((now - bucket.filled.value_or(now)).count(), std::int64_t{0});
    bucket.filled = now;
    bucket.tokens =
        std::min(static_cast<double>(throttle.burst),
                 bucket.tokens + static_cast<double>(passed) *
                                     static_cast<double>(throttle.per_minute) / kMinuteMs);
    if (bucket.tokens < 1) return Throttled(throttle, bucket.tokens);
    taken.push_back(&bucket);
  }
  for (Bucket* bucket : taken) bucket->tokens -= 1;
  return {};
}

std::string Throttles::Text() const {
  JsonWriter json;
  json.BeginArray();
  for (const Throttle& throttle : All()) {
    json.BeginObject()
        .Field("Account", throttle.account)
        .Field("Action", throttle.action)
        .Field("Burst", throttle.burst)
        .Field("PerMinute", throttle.per_minute)
        .EndObject();
  }
  json.EndArray();
  return json.Take();
}

void Throttles::Restore(const std::string& text) {
  EachKeptRow(text, [this](const nlohmann::json& row) {
    const Throttle throttle{.account = TextMember(row, "Account"),
                            .action = TextMember(row, "Action"),
                            .burst = NumberMember(row, "Burst", -1),
                            .per_minute = NumberMember(row, "PerMinute", -1)};
    if (throttle.burst >= 0 && throttle.per_minute >= 0) Set(throttle);
  });
}

}  // namespace cloudapi
