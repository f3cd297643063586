// Health of disks, and what they did over time.
#include <fmt/format.h>

#include "cloudapi/actions/disk_activity.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/monitor_range.h"
#include "cloudapi/base/json.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::string_view kHealthy = "OK";

// 129 is the service's code of Available and 0 that of OK; the other statuses' are assumed.
constexpr std::string_view kStatusRow =
    "json_object('DiskId', o.id, 'InstanceId', json_extract(o.document, '$.InstanceId'), 'Device', "
    "json_extract(o.document, '$.Device'), 'Status', json_object('Name', o.status, 'Code', CASE "
    "o.status WHEN 'Creating' THEN 1 WHEN 'Attaching' THEN 2 WHEN 'Detaching' THEN 3 WHEN "
    "'ReIniting' THEN 4 WHEN 'In_use' THEN 128 ELSE 129 END), 'HealthStatus', "
    "json_object('Name', 'OK', 'Code', 0), 'DiskEventSet', json_object('DiskEventType', "
    "json_array()))";

Result<Conditions> OfDiskIds(const ReadCall& call, const Filter& filter) {
  const auto& ids = call.args.List(filter.param);
  return ids.empty() ? Conditions{} : Conditions{where::Ids{ids}};
}

// No disk here is ill.
Result<Conditions> OfHealth(const ReadCall& call, const Filter& filter) {
  const auto health = call.args.Text(filter.param);
  return !health || base::EqualNoCase(*health, kHealthy) ? Conditions{}
                                                         : Conditions{where::Never{}};
}

// Nor has one had an event, of whatever id, type or time.
Result<Conditions> NoDiskEvent(const ReadCall& call, const Filter& filter) {
  const bool asked = call.args.Text(filter.param).has_value();
  return asked ? Conditions{where::Never{}} : Conditions{};
}
Result<Conditions> NoListedEvent(const ReadCall& call, const Filter& filter) {
  return call.args.List(filter.param).empty() ? Conditions{} : Conditions{where::Never{}};
}

constexpr Filter kHealthFilters[] = {
    {"DiskId", OfDiskIds},
    {"Tag", filters::Tags},
    {"Status", filters::Text, "status"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"HealthStatus", OfHealth},
    {"EventTime.Start", filters::Since, "o.creation_time"},
    {"EventTime.Start", NoDiskEvent},
    {"EventTime.End", filters::Until, "o.creation_time"},
    {"EventTime.End", NoDiskEvent},
    {"EventType", NoDiskEvent},
    {"EventId", NoListedEvent},
};

void WritePoint(JsonWriter& json, const Disk& disk, SysMillis point, std::chrono::seconds period,
                const DiskTotals& done) {
  const auto seconds = static_cast<std::uint64_t>(period.count());
  const auto a_second = [seconds](std::uint64_t total) { return total / seconds; };
  const auto each = [](std::uint64_t micros, std::uint64_t ops) {
    return ops == 0 ? 0 : micros / ops;
  };
  json.BeginObject()
      .Field("DiskId", disk.id)
      .Field("TimeStamp", base::FormatTime(point))
      .Field("IOPSRead", a_second(done.reads))
      .Field("IOPSWrite", a_second(done.writes))
      .Field("IOPSTotal", a_second(done.reads + done.writes))
      .Field("BPSRead", a_second(done.read_bytes))
      .Field("BPSWrite", a_second(done.written_bytes))
      .Field("BPSTotal", a_second(done.read_bytes + done.written_bytes))
      .Field("LatencyRead", each(done.read_micros, done.reads))
      .Field("LatencyWrite", each(done.write_micros, done.writes))
      .EndObject();
}

}  // namespace

Result<Answer> DescribeDisksFullStatus(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Disk>(),
                     .action = "DescribeDisksFullStatus",
                     .outer = "DiskFullStatusSet",
                     .inner = "DiskFullStatusType",
                     .filters = kHealthFilters,
                     .paging = {.pages_only = true},
                     .row = kStatusRow});
}

// Of the devices that agents present; a virtual instance does nothing with its disks.
Result<Answer> DescribeDiskMonitorData(const ReadCall& call) {
  const std::string& id = call.args.TextOrEmpty("DiskId");
  const auto disk = call.view.Find<Disk>(call.caller.account, call.caller.region, id);
  if (!disk) {
    return Refuse(404, kNotFound<Disk>, "disk.exists",
                  fmt::format("There is no disk {} in this account.", id), {{"disk", id}});
  }
  const auto range = MonitorRangeOf(call.args);
  if (!range) return Fail(range.error());
  JsonWriter json;
  json.Field("TotalCount", static_cast<std::int64_t>(range->points.size()));
  json.Key("MonitorData").BeginObject().Key("DiskMonitorData").BeginArray();
  for (const SysMillis point : range->points) {
    const DiskTotals done = call.settings.disk_activity == nullptr
                                ? DiskTotals{}
                                : call.settings.disk_activity->Between(
                                      disk->account, disk->id, point, point + range->period);
    WritePoint(json, *disk, point, range->period, done);
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
