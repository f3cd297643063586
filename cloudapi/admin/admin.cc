#include "cloudapi/admin/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cloudapi/admin/answers.h"
#include "cloudapi/base/blocking.h"
#include "common/base/prometheus.h"

namespace cloudapi {
namespace {

constexpr std::string_view kPrefix = "/_zonedisk/";

// The name and the label of a total: "disks", "disks_by_status" or, of a sum, "disks_size_gib".
std::pair<std::string, std::string> NameOf(const KindInfo& kind, const Total& total) {
  const auto sum = std::ranges::find(kind.sums, total.facet, &Sum::column);
  const std::string table(kind.table);
  if (sum != kind.sums.end()) return {table + "_" + total.facet, std::string(sum->by)};
  return {total.facet.empty() ? table : table + "_by_" + total.facet, total.facet};
}

// "zonedisk_disks{status="Available"} 3"; totals come sorted by kind and facet.
void AppendGauges(const std::vector<Total>& totals, base::PrometheusText& text) {
  std::string last;
  for (const auto& total : totals) {
    const KindInfo* kind = FindKind(total.kind);
    if (kind == nullptr) continue;
    const auto [table, label] = NameOf(*kind, total);
    const std::string name = "zonedisk_" + table;
    if (name != last) text.Family(name, "gauge", "How many there are, or how much in all.");
    last = name;
    base::PrometheusText::Labels labels;
    if (!label.empty()) labels.emplace_back(label, total.value);
    text.Sample(labels, total.total);
  }
}

}  // namespace

// A path that ends with '/' takes one more segment.
struct Admin::Route {
  std::string_view method;
  std::string_view path;  // after the prefix
  HttpResponse (Admin::*handle)(const HttpRequest&);
};

const Admin::Route Admin::kRoutes[] = {
    {"GET", "health", &Admin::Health},
    {"GET", "ready", &Admin::Ready},
    {"GET", "info", &Admin::Info},
    {"GET", "metrics", &Admin::Metrics},
    {"GET", "coverage", &Admin::ShowCoverage},
    {"POST", "reset", &Admin::Reset},
    {"GET", "state", &Admin::State},
    {"GET", "zones", &Admin::ShowZones},
    {"POST", "zones", &Admin::SetStock},
    {"GET", "quotas", &Admin::ShowQuotas},
    {"POST", "quotas", &Admin::SetQuotas},
    {"GET", "throttles", &Admin::ShowThrottles},
    {"POST", "throttles", &Admin::SetThrottle},
    {"GET", "faults", &Admin::ShowFaults},
    {"POST", "faults", &Admin::AddFault},
    {"DELETE", "faults", &Admin::RemoveFaults},
    {"DELETE", "faults/", &Admin::RemoveFault},
    {"GET", "clock", &Admin::ShowClock},
    {"POST", "clock", &Admin::SetClock},
    {"GET", "crash", &Admin::ListCrashPoints},
    {"POST", "crash", &Admin::ArmCrash},
    {"GET", "instances", &Admin::ListInstances},
    {"POST", "instances", &Admin::AddInstance},
    {"DELETE", "instances/", &Admin::DeleteInstance},
};

Admin::Admin(AdminDeps deps) : deps_(std::move(deps)) {}

HttpResponse Admin::Handle(const HttpRequest& request) {
  const std::string_view path = request.path;
  if (path.rfind(kPrefix, 0) != 0) return RefusalAnswer(404, fmt::format("There is no {}.", path));
  const std::string_view rest = path.substr(kPrefix.size());
  std::string allowed;
  for (const auto& route : kRoutes) {
    const bool open = route.path.back() == '/';
    const bool matches = open ? rest.rfind(route.path, 0) == 0 && rest.size() > route.path.size()
                              : rest == route.path;
    if (!matches) continue;
    if (route.method == request.method) return (this->*route.handle)(request);
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) return RefusalAnswer(404, fmt::format("There is no {}.", path));
  HttpResponse response =
      RefusalAnswer(405, fmt::format("{} takes {}, not {}.", path, allowed, request.method));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

HttpResponse Admin::Health(const HttpRequest&) {
  return JsonAnswer(R"({"status":"ok"})");
}

// The server answers 503 to every path until this room is open.
HttpResponse Admin::Ready(const HttpRequest&) {
  return JsonAnswer(R"({"ready":true})");
}

HttpResponse Admin::Info(const HttpRequest&) {
  const ServerInfo& info = deps_.info;
  JsonWriter json;
  json.BeginObject()
      .Field("version", info.version)
      .Field("region", info.region)
      .Field("listen", info.listen)
      .Field("data_dir", info.data_dir)
      .Field("blocks_dir", info.blocks_dir)
      .Field("blocks", info.blocks)
      .Field("pool", info.pool)
      .Field("delays", info.delays)
      .Field("durability", info.durability)
      .Field("signatures", info.signatures);
  json.Key("zones").BeginArray();
  const auto catalogue = deps_.catalogue.Get();
  if (const auto* region = catalogue->FindRegion(info.region))
    for (const auto& zone : region->zones) json.Value(zone.id);
  json.EndArray();
  json.Key("limits")
      .BeginObject()
      .Field("connections", info.max_connections)
      .Field("body_bytes", info.max_body_bytes)
      .EndObject();
  json.EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse Admin::Metrics(const HttpRequest&) {
  const auto totals =
      deps_.store.Read([](View& view) -> Result<std::vector<Total>> { return view.Totals(); });
  if (!totals) return RefusalAnswer(totals.error().http_status, totals.error().message);
  base::PrometheusText text;
  AppendGauges(*totals, text);
  text.Family("zonedisk_http_connections", "gauge", "Open connections.");
  text.Sample({}, deps_.http.Connections());
  text.Family("zonedisk_http_threads", "gauge", "Workers and spares started.");
  text.Sample({}, deps_.http.Threads());
  return {.content_type = base::PrometheusText::kContentType,
          .body = text.Take() + deps_.metrics.Text()};
}

// Stock goes back to the built-in catalogue, quotas, throttles and fault rules to none but the
// defaults; the clock stays where it is, since a test that froze it must not find it running after
// the next reset.
HttpResponse Admin::Reset(const HttpRequest& request) {
  const bool force = request.query.StringOr("force", "") == "true";
  const BlockingScope waits(BlockingScope::Why::kCommit);
  const auto held = deps_.jobs.WithdrawAll(force, deps_.withdraw_at_most);
  if (!held.empty()) {
    JsonWriter json;
    json.BeginObject().Field("error",
                             "Disks are still held by their nodes; ?force=true takes them away.");
    json.Key("disks").BeginArray();
    for (const auto& id : held) json.Value(id);
    json.EndArray().EndObject();
    return JsonAnswer(json.Take(), 409);
  }
  deps_.jobs.EraseEverything();
  ForgetStock();
  ForgetLimits();
  return JsonAnswer(R"({"reset":true})");
}

}  // namespace cloudapi
