// The lab's instances: virtual ones are made here, those with an agent are shown.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

constexpr std::string_view kDefaultType = "ecs.g7.large";
constexpr std::size_t kMostIdCharacters = 64;
constexpr std::string_view kIdPrefix = "i-";

// What POST instances asks for.
struct Wanted {
  std::string id;  // empty: a new one
  std::string zone;
  std::string type;
  std::string name;
  std::string account;
};
// Where it stands and what it is, as the catalogue knows them.
struct Place {
  const topology::Region& region;
  const topology::InstanceType& type;
};
constexpr double kMiBPerGiB = 1024;

bool IsInstanceId(std::string_view id) {
  if (id.size() <= kIdPrefix.size() || id.size() > kMostIdCharacters) return false;
  if (id.rfind(kIdPrefix, 0) != 0) return false;
  return std::ranges::all_of(
      id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

// The refusal's text, empty when the place exists and sells the type.
std::string CheckPlace(const topology::Catalogue& catalogue, const Wanted& wanted) {
  const auto* zone = catalogue.FindZone(wanted.zone);
  if (zone == nullptr) return fmt::format("There is no zone {}.", wanted.zone);
  if (std::ranges::find(zone->instance_types, wanted.type) == zone->instance_types.end())
    return fmt::format("{} does not offer the instance type {}.", wanted.zone, wanted.type);
  if (!wanted.id.empty() && !IsInstanceId(wanted.id))
    return "InstanceId is i- and at most 62 lower-case letters, digits and dashes.";
  return {};
}

ApiError Conflict(std::string message) {
  return {.http_status = 409,
          .code = "Conflict",
          .message = std::move(message),
          .rule = "lab.instance"};
}

// The instance of that id as it is, or a new one. Errors: 409 when it has an agent or another
// place.
Result<Instance> FindOrCreate(Tx& tx, const Wanted& wanted, const Place& place) {
  if (!wanted.id.empty()) {
    const auto known = tx.FindInstance(wanted.account, "", wanted.id);
    if (known && known->has_agent)
      return Fail(Conflict(fmt::format("{} has an agent; delete it first.", known->id)));
    if (known && (known->zone != wanted.zone || known->type != wanted.type))
      return Fail(Conflict(fmt::format("{} exists in {} as {}, wanted in {} as {}.", known->id,
                                       known->zone, known->type, wanted.zone, wanted.type)));
    if (known) return *known;
  }
  Instance instance{
      .id = wanted.id.empty() ? tx.NextId(Kind::kInstance, place.region.id_code) : wanted.id,
      .account = wanted.account,
      .region = place.region.id,
      .zone = wanted.zone,
      .type = wanted.type,
      .cpu = place.type.cpu,
      .memory_mib = static_cast<std::int64_t>(place.type.memory_gib * kMiBPerGiB),
      .creation_time = tx.Now()};
  instance.name = wanted.name.empty() ? instance.id : wanted.name;
  instance.host_name = instance.name;
  instance.seq = tx.NextSeq();
  tx.Put(instance);
  return instance;
}

void WriteInstance(JsonWriter& json, const InstanceRow& row) {
  json.BeginObject()
      .Field("InstanceId", row.id)
      .Field("InstanceName", row.name)
      .Field("InstanceType", row.type)
      .Field("RegionId", row.region)
      .Field("ZoneId", row.zone)
      .Field("Status", row.status)
      .Field("Account", row.account)
      .Field("HasAgent", row.has_agent)
      .Field("AgentRefusal", row.agent_refusal)
      .Field("Disks", row.disks)
      .EndObject();
}

InstanceRow ToRow(const Instance& instance) {
  return {.id = instance.id,
          .account = instance.account,
          .region = instance.region,
          .zone = instance.zone,
          .type = instance.type,
          .name = instance.name,
          .status = std::string(ToString(instance.status)),
          .has_agent = instance.has_agent,
          .agent_refusal = instance.agent_refusal};
}

}  // namespace

HttpResponse Lab::ListInstances(const HttpRequest&) {
  JsonWriter json;
  json.BeginObject().Key("instances").BeginArray();
  for (const auto& row : parts_.readers.Borrow()->AllInstances()) WriteInstance(json, row);
  json.EndArray().EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse Lab::AddInstance(const HttpRequest& request) {
  Body body(request.body);
  Wanted wanted{.id = body.Text("InstanceId", false),
                .zone = body.Text("ZoneId", true),
                .type = body.Text("InstanceType", false),
                .name = body.Text("InstanceName", false),
                .account = parts_.account_of(body.Text("AccessKeyId", false))};
  if (!body.error().empty()) return Refusal(400, body.error());
  if (wanted.type.empty()) wanted.type = kDefaultType;
  const auto catalogue = parts_.catalogue.Get();
  if (const auto refused = CheckPlace(*catalogue, wanted); !refused.empty())
    return Refusal(400, refused);
  const Place place{*catalogue->RegionOf(wanted.zone), *catalogue->FindInstanceType(wanted.type)};
  const auto instance = parts_.store.Write(
      "", [&](Tx& tx) -> Result<Instance> { return FindOrCreate(tx, wanted, place); });
  if (!instance) return Refusal(instance.error().http_status, instance.error().message);
  JsonWriter json;
  WriteInstance(json, ToRow(*instance));
  return JsonAnswer(json.Take());
}

HttpResponse Lab::DeleteInstance(const HttpRequest& request) {
  const std::string id = request.path.substr(request.path.rfind('/') + 1);
  const auto rows = parts_.readers.Borrow()->AllInstances();
  const auto row = std::ranges::find(rows, id, &InstanceRow::id);
  if (row == rows.end()) return Refusal(404, fmt::format("There is no instance {}.", id));
  const auto erased = parts_.store.Write("", [&row](Tx& tx) -> Result<bool> {
    const auto instance = tx.FindInstance(row->account, row->region, row->id);
    if (!instance) return true;
    const auto disks = tx.CountAttachments(*instance);
    if (disks > 0)
      return Fail(Conflict(fmt::format("{} holds {} disks; detach them first.", row->id, disks)));
    tx.Erase(*instance);
    return true;
  });
  if (!erased) return Refusal(erased.error().http_status, erased.error().message);
  parts_.instance_deleted(row->account, row->id);
  return JsonAnswer(R"({"deleted":true})");
}

}  // namespace cloudapi
