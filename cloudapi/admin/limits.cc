// Quotas and throttles of accounts.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"

namespace cloudapi {
namespace {

// Sets what `wanted` names. Returns what is wrong with it, empty: nothing.
std::string Apply(const nlohmann::json& wanted, Quotas& quotas) {
  const Quotas unasked;
  for (const auto& [name, limit] : wanted.items()) {
    const QuotaRow* row = FindQuota(name);
    if (row == nullptr) return fmt::format("There is no quota {}.", name);
    if (limit == kNoLimit) {
      quotas.Set(row->quota, std::nullopt);
    } else if (limit == "default") {
      quotas.Set(row->quota, unasked.Limit(row->quota));
    } else if (limit.is_number_integer() && limit.get<std::int64_t>() >= 0) {
      quotas.Set(row->quota, limit.get<std::int64_t>());
    } else {
      return fmt::format(R"({} must be a whole number, "off" or "default".)", name);
    }
  }
  return {};
}

HttpResponse QuotasAnswer(const std::string& account, const Quotas& quotas) {
  JsonWriter json;
  json.BeginObject().Field("Account", account).Key("Quotas");
  WriteQuotas(json, quotas);
  json.EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse ThrottlesAnswer(const Throttles& throttles) {
  return JsonAnswer(R"({"throttles":)" + throttles.Text() + "}");
}

}  // namespace

std::optional<ApiError> Admin::KeepLimits() {
  const auto kept = deps_.store.Write("", [this](Tx& tx) -> Result<void> {
    tx.SetMeta(kQuotasMeta, deps_.limits.quotas.Text());
    tx.SetMeta(kThrottlesMeta, deps_.limits.throttles.Text());
    tx.SetMeta(kFaultsMeta, deps_.limits.faults.Text());
    return {};
  });
  if (kept) return std::nullopt;
  return kept.error();
}

void Admin::ForgetLimits() {
  const absl::MutexLock lock(&limits_mutex_);
  deps_.limits.quotas.Forget();
  deps_.limits.throttles.Forget();
  deps_.limits.faults.Forget();
  const auto failure = KeepLimits();
  if (failure)
    spdlog::error("the limits of before will be back at a restart: {}", failure->message);
}

HttpResponse Admin::ShowQuotas(const HttpRequest& request) {
  const std::string account = deps_.keys.AccountOf(request.query.StringOr("AccessKeyId", ""));
  return QuotasAnswer(account, deps_.limits.quotas.Of(account));
}

HttpResponse Admin::SetQuotas(const HttpRequest& request) {
  Body body(request.body);
  const std::string account = deps_.keys.AccountOf(body.Text("AccessKeyId", false));
  const auto wanted = body.Object("Quotas");
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  const absl::MutexLock lock(&limits_mutex_);
  Quotas quotas = deps_.limits.quotas.Of(account);
  if (const std::string wrong = Apply(wanted, quotas); !wrong.empty())
    return RefusalAnswer(400, wrong);
  deps_.limits.quotas.Set(account, quotas);
  if (const auto failure = KeepLimits())
    return RefusalAnswer(failure->http_status, failure->message);
  return QuotasAnswer(account, quotas);
}

HttpResponse Admin::ShowThrottles(const HttpRequest&) {
  return ThrottlesAnswer(deps_.limits.throttles);
}

// {"Off":true} takes the throttle away; without Burst and PerMinute there is none to set.
HttpResponse Admin::SetThrottle(const HttpRequest& request) {
  Body body(request.body);
  const std::string key = body.Text("AccessKeyId", false);
  Throttle throttle{.account = key.empty() ? "" : deps_.keys.AccountOf(key),
                    .action = body.Text("Action", false)};
  const bool off = body.Has("Off") && body.Boolean("Off");
  if (!off) {
    throttle.burst = body.Integer("Burst");
    throttle.per_minute = body.Integer("PerMinute");
  }
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  if (key.empty() && throttle.action.empty())
    return RefusalAnswer(400, "AccessKeyId, Action or both are required.");
  if (throttle.burst < 0 || throttle.per_minute < 0)
    return RefusalAnswer(400, "Burst and PerMinute must not be negative.");
  if (!throttle.action.empty() && !IsActionName(throttle.action))
    return RefusalAnswer(404, fmt::format("There is no action {}.", throttle.action));
  const absl::MutexLock lock(&limits_mutex_);
  if (off) {
    deps_.limits.throttles.Remove(throttle.account, throttle.action);
  } else {
    deps_.limits.throttles.Set(throttle);
  }
  if (const auto failure = KeepLimits())
    return RefusalAnswer(failure->http_status, failure->message);
  return ThrottlesAnswer(deps_.limits.throttles);
}

}  // namespace cloudapi
