// Fault rules.
#include <fmt/format.h>

#include <charconv>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"

namespace cloudapi {
namespace {

HttpResponse FaultsAnswer(const Faults& faults) {
  JsonWriter json;
  json.BeginObject().Key("faults").BeginArray();
  for (const Faults::Row& row : faults.All()) {
    json.BeginObject();
    WriteMembers(json, row.rule);
    json.Field("Hits", row.hits);
    json.Key("RequestIds").BeginArray();
    for (const std::string& id : row.request_ids) json.Value(id);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return JsonAnswer(json.Take());
}

}  // namespace

HttpResponse Admin::ShowFaults(const HttpRequest&) {
  return FaultsAnswer(deps_.limits.faults);
}

HttpResponse Admin::AddFault(const HttpRequest& request) {
  Body body(request.body);
  const std::string key = body.Text("AccessKeyId", false);
  const std::int64_t status = body.Has("Status") ? body.Integer("Status") : 0;
  FaultRule rule{.action = body.Text("Action", true),
                 .account = key.empty() ? "" : deps_.keys.AccountOf(key),
                 .code = body.Text("Code", true),
                 .message = body.Text("Message", false),
                 .nth = body.Has("Nth") ? body.Integer("Nth") : 1,
                 .times = body.Has("Times") ? body.Integer("Times") : 0};
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  if (body.Has("Status") && (status < 400 || status > 599))
    return RefusalAnswer(400, "Status must be between 400 and 599.");
  rule.status = static_cast<int>(status);
  const absl::MutexLock lock(&limits_mutex_);
  const auto added = deps_.limits.faults.Add(std::move(rule));
  if (!added) return RefusalAnswer(added.error().http_status, added.error().message);
  if (const auto failure = KeepLimits())
    return RefusalAnswer(failure->http_status, failure->message);
  return FaultsAnswer(deps_.limits.faults);
}

HttpResponse Admin::RemoveFault(const HttpRequest& request) {
  const std::string text = request.path.substr(request.path.rfind('/') + 1);
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, id);
  const absl::MutexLock lock(&limits_mutex_);
  if (error != std::errc() || rest != end || !deps_.limits.faults.Remove(id))
    return RefusalAnswer(404, fmt::format("There is no fault rule {}.", text));
  if (const auto failure = KeepLimits())
    return RefusalAnswer(failure->http_status, failure->message);
  return FaultsAnswer(deps_.limits.faults);
}

HttpResponse Admin::RemoveFaults(const HttpRequest&) {
  const absl::MutexLock lock(&limits_mutex_);
  deps_.limits.faults.Forget();
  if (const auto failure = KeepLimits())
    return RefusalAnswer(failure->http_status, failure->message);
  return FaultsAnswer(deps_.limits.faults);
}

}  // namespace cloudapi
