#include "cloudapi/admin/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cloudapi/admin/answers.h"
#include "cloudapi/base/blocking.h"

namespace cloudapi {
namespace {

constexpr std::string_view kPrefix = "/_zonedisk/";
constexpr std::chrono::seconds kWithdrawAtMost{10};
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

std::string_view MetricOf(Kind kind) {
  switch (kind) {
    case Kind::kDisk: return "zonedisk_disks";
    case Kind::kSnapshot: return "zonedisk_snapshots";
    case Kind::kInstance: return "zonedisk_instances";
  }
  return {};
}

// "zonedisk_disks{status="Available"} 3"; totals come sorted by kind and facet.
std::string GaugesOf(const std::vector<Total>& totals) {
  std::string text;
  std::string last;
  for (const auto& total : totals) {
    std::string name(MetricOf(total.kind));
    if (!total.facet.empty()) name += "_by_" + total.facet;
    if (name != last) {
      text += fmt::format("# HELP {} How many there are.\n# TYPE {} gauge\n", name, name);
      last = name;
    }
    const std::string label =
        total.facet.empty() ? "" : fmt::format("{{{}=\"{}\"}}", total.facet, total.value);
    text += fmt::format("{}{} {}\n", name, label, total.total);
  }
  return text;
}

}  // namespace

// A path that ends with '/' takes one more segment.
struct Lab::Route {
  std::string_view method;
  std::string_view path;  // after the prefix
  HttpResponse (Lab::*handle)(const HttpRequest&);
};

const Lab::Route Lab::kRoutes[] = {
    {"GET", "health", &Lab::Health},
    {"GET", "ready", &Lab::Ready},
    {"GET", "info", &Lab::Info},
    {"GET", "metrics", &Lab::Metrics},
    {"POST", "reset", &Lab::Reset},
    {"GET", "state", &Lab::State},
    {"GET", "zones", &Lab::ShowZones},
    {"POST", "zones", &Lab::SetStock},
    {"GET", "clock", &Lab::ShowClock},
    {"POST", "clock", &Lab::SetClock},
    {"GET", "crash", &Lab::ListCrashPoints},
    {"POST", "crash", &Lab::ArmCrash},
    {"GET", "instances", &Lab::ListInstances},
    {"POST", "instances", &Lab::AddInstance},
    {"DELETE", "instances/", &Lab::DeleteInstance},
};

Lab::Lab(LabParts parts) : parts_(std::move(parts)) {}

HttpResponse Lab::Handle(const HttpRequest& request) {
  const std::string_view path = request.path;
  if (path.rfind(kPrefix, 0) != 0) return Refusal(404, fmt::format("There is no {}.", path));
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
  if (allowed.empty()) return Refusal(404, fmt::format("There is no {}.", path));
  HttpResponse response =
      Refusal(405, fmt::format("{} takes {}, not {}.", path, allowed, request.method));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

HttpResponse Lab::Health(const HttpRequest&) {
  return JsonAnswer(R"({"status":"ok"})");
}

HttpResponse Lab::Ready(const HttpRequest&) {
  if (parts_.ready()) return JsonAnswer(R"({"ready":true})");
  return JsonAnswer(R"({"ready":false})", 503);
}

HttpResponse Lab::Info(const HttpRequest&) {
  const LabFacts& facts = parts_.facts;
  JsonWriter json;
  json.BeginObject()
      .Field("version", facts.version)
      .Field("region", facts.region)
      .Field("listen", facts.listen)
      .Field("data_dir", facts.data_dir)
      .Field("blocks_dir", facts.blocks_dir)
      .Field("blocks", facts.blocks)
      .Field("pool", facts.pool)
      .Field("delays", facts.delays)
      .Field("durability", facts.durability)
      .Field("signatures", facts.signatures);
  json.Key("zones").BeginArray();
  const auto catalogue = parts_.catalogue.Get();
  if (const auto* region = catalogue->FindRegion(facts.region))
    for (const auto& zone : region->zones) json.Value(zone.id);
  json.EndArray();
  json.Key("limits")
      .BeginObject()
      .Field("connections", facts.max_connections)
      .Field("body_bytes", facts.max_body_bytes)
      .EndObject();
  json.EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse Lab::Metrics(const HttpRequest&) {
  std::string text = GaugesOf(parts_.readers.Borrow()->Totals());
  if (parts_.more_metrics) text += parts_.more_metrics();
  return {.content_type = std::string(kMetricsType), .body = std::move(text)};
}

// Stock goes back to the built-in catalogue; the clock stays where it is, since a test that froze
// it must not find it running after the next reset.
HttpResponse Lab::Reset(const HttpRequest& request) {
  const bool force = request.query.StringOr("force", "") == "true";
  const BlockingScope waits(BlockingScope::Why::kCommit);
  const auto held = parts_.work.WithdrawAll(force, kWithdrawAtMost);
  if (!held.empty()) {
    JsonWriter json;
    json.BeginObject().Field("error",
                             "Disks are still held by their nodes; ?force=true takes them away.");
    json.Key("disks").BeginArray();
    for (const auto& id : held) json.Value(id);
    json.EndArray().EndObject();
    return JsonAnswer(json.Take(), 409);
  }
  parts_.work.EraseEverything();
  ForgetStock();
  return JsonAnswer(R"({"reset":true})");
}

}  // namespace cloudapi
