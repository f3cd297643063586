#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/inventory/inventory.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

// One value of an attribute; what it is not about is an empty text.
struct AttributeValue {
  std::string value;
  std::string zone = {};
  std::string instance_type = {};
  std::string charge_type = {};
};
using AttributeValues = std::vector<AttributeValue>;

constexpr const char* kPostPaid = "PostPaid";

AttributeValues VpcOnly(const ReadCall&) {
  return {{.value = "vpc"}};
}
// A quota that no account has here.
AttributeValues NoLimit(const ReadCall&) {
  return {};
}
AttributeValues Zero(const ReadCall&) {
  return {{.value = "0"}};
}
AttributeValues Verified(const ReadCall&) {
  return {{.value = "yes"}};
}

AttributeValues UsedCores(const ReadCall& call) {
  std::int64_t cores = 0;
  for (const auto& type : call.catalogue.instance_types) {
    cores += type.cpu * call.view.Count({.kind = &KindOf<Instance>(),
                                         .account = call.caller.account,
                                         .region = call.caller.region,
                                         .conditions = {where::Is{"type", type.name}}});
  }
  return {{.value = std::to_string(cores), .charge_type = kPostPaid}};
}

AttributeValues SoldTypes(const ReadCall& call) {
  AttributeValues values;
  const std::string wanted = call.args.TextOrEmpty("ZoneId");
  for (const auto& zone : call.catalogue.FindRegion(call.caller.region)->zones) {
    if (!wanted.empty() && zone.id != wanted) continue;
    for (const std::string& type : zone.instance_types) {
      values.push_back(
          {.value = type, .zone = zone.id, .instance_type = type, .charge_type = kPostPaid});
    }
  }
  return values;
}

struct AttributeRow {
  std::string_view name;
  AttributeValues (*values)(const ReadCall& call);
};
constexpr AttributeRow kAttributes[] = {
    {"instance-network-type", VpcOnly},
    {"max-axt-command-count", Zero},
    {"max-axt-invocation-daily", Zero},
    {"max-dedicated-hosts", Zero},
    {"max-elastic-network-interfaces", NoLimit},
    {"max-postpaid-instance-vcpu-count", NoLimit},
    {"max-postpaid-yundisk-capacity", NoLimit},
    {"max-security-groups", NoLimit},
    {"max-spot-instance-vcpu-count", NoLimit},
    {"real-name-authentication", Verified},
    {"supported-postpaid-instance-types", SoldTypes},
    {"used-postpaid-instance-vcpu-count", UsedCores},
    {"used-postpaid-yundisk-capacity", NoLimit},  // the service gives it up
    {"used-spot-instance-vcpu-count", Zero},
};

void WriteAttribute(JsonWriter& json, const AttributeRow& row, const ReadCall& call) {
  json.BeginObject().Field("AttributeName", row.name);
  json.Key("AttributeValues").BeginObject().Key("ValueItem").BeginArray();
  for (const AttributeValue& item : row.values(call)) {
    json.BeginObject()
        .Field("Value", item.value)
        .Field("ZoneId", item.zone)
        .Field("InstanceType", item.instance_type)
        .Field("InstanceChargeType", item.charge_type)
        .Field("Count", 0);
    WriteUnset(json, {"DiskCategory", "ExpiredTime"});
    json.EndObject();
  }
  json.EndArray().EndObject().EndObject();
}

Result<void> CheckAsked(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return region;
  const std::string zone = call.args.TextOrEmpty("ZoneId");
  const auto* owner = call.catalogue.RegionOf(zone);
  if (!zone.empty() && (owner == nullptr || owner->id != call.caller.region)) {
    return Refuse(404, "InvalidZoneId.NotFound", "account-attributes.zone",
                  fmt::format("Zone {} is not a zone of region {}.", zone, call.caller.region),
                  {{"zone", zone}});
  }
  for (const std::string& name : call.args.List("AttributeName")) {
    if (std::ranges::find(kAttributes, name, &AttributeRow::name) != std::end(kAttributes))
      continue;
    return Refuse(400, "InvalidParameter", "account-attributes.name",
                  fmt::format("The parameter AttributeName names no attribute: {}.", name),
                  {{"AttributeName", name}});
  }
  return {};
}

}  // namespace

// All of them, or those that are named.
Result<Answer> DescribeAccountAttributes(const ReadCall& call) {
  if (auto asked = CheckAsked(call); !asked) return Fail(asked.error());
  const auto& names = call.args.List("AttributeName");
  JsonWriter json;
  json.Key("AccountAttributeItems").BeginObject().Key("AccountAttributeItem").BeginArray();
  for (const AttributeRow& row : kAttributes) {
    if (names.empty() || std::ranges::find(names, row.name) != names.end())
      WriteAttribute(json, row, call);
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
