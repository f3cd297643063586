// The small questions that clients ask of an instance beside DescribeInstances.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"

namespace cloudapi {
namespace {

struct Paged {
  std::vector<Instance> instances;  // of the page
  std::int64_t total = 0;
  std::int64_t page = 1;
  std::int64_t size = 100;
};

Paged NamedInstances(const ReadCall& call, const std::vector<std::string>& ids) {
  Paged paged;
  paged.page = std::max<std::int64_t>(1, call.args.Integer("PageNumber").value_or(paged.page));
  paged.size = std::min(call.args.Integer("PageSize").value_or(paged.size), paged.size);
  for (const std::string& id : ids) {
    auto instance = call.view.Find<Instance>(call.caller.account, call.caller.region, id);
    if (!instance) continue;
    const std::int64_t place = paged.total++;
    if (place / paged.size == paged.page - 1) paged.instances.push_back(std::move(*instance));
  }
  return paged;
}

void WritePages(JsonWriter& json, const Paged& paged) {
  json.Field("TotalCount", paged.total).Field("PageNumber", paged.page);
  json.Field("PageSize", paged.size);
}

// The hours in which an instance may be maintained, where they were set.
void WriteMaintenance(JsonWriter& json, const Instance& instance) {
  json.BeginObject().Field("InstanceId", instance.id);
  json.Key("MaintenanceWindows").BeginObject().Key("MaintenanceWindow").BeginArray();
  const std::string start = OptionOf(instance, "MaintenanceStart");
  if (!start.empty()) {
    json.BeginObject().Field("StartTime", start);
    json.Field("EndTime", OptionOf(instance, "MaintenanceEnd")).EndObject();
  }
  json.EndArray().EndObject();
  json.Key("ActionOnMaintenance").BeginObject();
  json.Field("DefaultValue", "AutoRecover");
  json.Field("Value", OptionOf(instance, "ActionOnMaintenance", "AutoRecover"));
  json.Key("SupportedValues").BeginObject().Key("SupportedValue").BeginArray();
  json.Value("Stop").Value("AutoRecover").Value("AutoRedeploy").EndArray().EndObject().EndObject();
  json.Field("NotifyOnMaintenance", OptionOf(instance, "NotifyOnMaintenance") == "true");
  json.EndObject();
}

}  // namespace

Result<Answer> DescribeUserData(const ReadCall& call) {
  const std::string& id = call.args.TextOrEmpty("InstanceId");
  const auto instance = call.view.Find<Instance>(call.caller.account, call.caller.region, id);
  if (!instance) {
    return Refuse(404, kNotFound<Instance>, "instance.exists",
                  fmt::format("There is no instance {} in this account.", id), {{"instance", id}});
  }
  JsonWriter json;
  json.Field("InstanceId", id).Field("RegionId", instance->region);
  json.Field("UserData", instance->user_data);
  return Answer{.members = json.Take()};
}

// There are no roles here.
Result<Answer> DescribeInstanceRamRole(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  JsonWriter json;
  json.Field("RegionId", call.caller.region);
  WritePages(json, NamedInstances(call, {}));
  WriteEmpty(json, "InstanceRamRoleSets", "InstanceRamRoleSet");
  return Answer{.members = json.Take()};
}

Result<Answer> DescribeInstanceMaintenanceAttributes(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const Paged paged = NamedInstances(call, call.args.List("InstanceId"));
  JsonWriter json;
  WritePages(json, paged);
  json.Key("MaintenanceAttributes").BeginObject().Key("MaintenanceAttribute").BeginArray();
  for (const Instance& instance : paged.instances) WriteMaintenance(json, instance);
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

Result<Answer> DescribeInstanceAttachmentAttributes(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const Paged paged =
      NamedInstances(call, call.args.Items("InstanceIds").value_or(Arguments::Texts()));
  JsonWriter json;
  WritePages(json, paged);
  json.Key("Instances").BeginObject().Key("Instance").BeginArray();
  for (const Instance& instance : paged.instances) {
    json.BeginObject().Field("InstanceId", instance.id);
    json.Field("PrivatePoolOptionsMatchCriteria",
               OptionOf(instance, "PrivatePoolOptions.MatchCriteria", "None"));
    json.Field("PrivatePoolOptionsId", "").EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
