// Instances: virtual ones are made here, those with an agent are shown.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

// A virtual instance is bought, so its zone must sell the type.
Result<void> CheckOffer(const topology::Catalogue& catalogue, const InstanceRequest& request) {
  const auto* zone = catalogue.FindZone(request.zone);
  if (zone == nullptr ||
      std::ranges::find(zone->instance_types, request.type) != zone->instance_types.end())
    return {};
  return Refuse(404, "InvalidInstanceType.NotFound", "instance.offer",
                fmt::format("{} does not offer the instance type {}.", request.zone, request.type));
}

// `disks`: data disks with an attachment in whatever state.
void WriteInstance(JsonWriter& json, const Instance& instance, std::int64_t disks) {
  json.BeginObject()
      .Field("InstanceId", instance.id)
      .Field("InstanceName", instance.name)
      .Field("InstanceType", instance.type)
      .Field("RegionId", instance.region)
      .Field("ZoneId", instance.zone)
      .Field("Status", WordOf(instance.status))
      .Field("Account", instance.account)
      .Field("HasAgent", instance.has_agent)
      .Field("AgentRefusal", instance.agent_refusal)
      .Field("Disks", disks)
      .EndObject();
}

}  // namespace

HttpResponse Admin::ListInstances(const HttpRequest&) {
  const auto listed = deps_.store.Read([](View& view) -> Result<std::string> {
    JsonWriter json;
    json.BeginObject().Key("instances").BeginArray();
    for (const Instance& instance : view.All<Instance>()) {
      WriteInstance(json, instance, view.CountDataDisks(instance));
    }
    json.EndArray().EndObject();
    return json.Take();
  });
  if (!listed) return RefusalAnswer(listed.error().http_status, listed.error().message);
  return JsonAnswer(*listed);
}

HttpResponse Admin::AddInstance(const HttpRequest& request) {
  Body body(request.body);
  InstanceRequest wanted{.account = deps_.keys.AccountOf(body.Text("AccessKeyId", false)),
                         .id = body.Text("InstanceId", false),
                         .zone = body.Text("ZoneId", true),
                         .type = body.Text("InstanceType", false),
                         .name = body.Text("InstanceName", false)};
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  if (wanted.type.empty()) wanted.type = kDefaultInstanceType;
  const auto catalogue = deps_.catalogue.Get();
  const auto instance = deps_.store.Write("", [&](Tx& tx) -> Result<Instance> {
    if (const auto offered = CheckOffer(*catalogue, wanted); !offered) return Fail(offered.error());
    return AdmitInstance(tx, *catalogue, wanted);
  });
  if (!instance) {
    // What the body names and the catalogue lacks is a fault of the body.
    const int status = instance.error().http_status;
    return RefusalAnswer(status == 404 ? 400 : status, instance.error().message);
  }
  JsonWriter json;
  WriteInstance(json, *instance, 0);
  return JsonAnswer(json.Take());
}

HttpResponse Admin::DeleteInstance(const HttpRequest& request) {
  const InstanceKey key{.account = deps_.keys.AccountOf(request.query.StringOr("AccessKeyId", "")),
                        .id = request.path.substr(request.path.rfind('/') + 1)};
  const auto erased = deps_.store.Write("", [&key](Tx& tx) -> Result<void> {
    const auto instance = tx.Find<Instance>(key.account, "", key.id);
    if (!instance) {
      return Refuse(404, "InvalidInstanceId.NotFound", "admin.instance",
                    fmt::format("There is no instance {}.", key.id));
    }
    const auto disks = tx.CountDataDisks(*instance);
    if (disks > 0) {
      return Refuse(409, "Conflict", "admin.instance",
                    fmt::format("{} holds {} disks; detach them first.", key.id, disks));
    }
    RemoveInstance(tx, *instance);
    return {};
  });
  if (!erased) return RefusalAnswer(erased.error().http_status, erased.error().message);
  deps_.sessions.Forget(key);
  return JsonAnswer(R"({"deleted":true})");
}

}  // namespace cloudapi
