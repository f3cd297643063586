// How much the snapshots of an account take, by disk, in all, and over time.
#include <array>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/monitor_range.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/base/json.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// With what the chain's disk is called at present and where it is.
constexpr std::string_view kLinkRow =
    "json_patch(o.document, json_object("
    "'SourceDiskName', coalesce((SELECT d.name FROM disks d WHERE d.account = o.account AND d.id = "
    "o.source_disk_id AND d.region = o.region), ''), "
    "'InstanceId', coalesce((SELECT a.instance_id FROM disks d CROSS JOIN attachments a ON "
    "a.disk_seq = d.seq WHERE d.account = o.account AND d.id = o.source_disk_id AND d.region = "
    "o.region ORDER BY a.position LIMIT 1), ''), "
    "'InstanceName', coalesce((SELECT i.name FROM disks d CROSS JOIN attachments a ON a.disk_seq = "
    "d.seq CROSS JOIN instances i ON i.account = a.account AND i.id = a.instance_id AND i.region = "
    "a.region WHERE d.account = o.account AND d.id = o.source_disk_id AND d.region = o.region "
    "ORDER BY a.position LIMIT 1), '')))";

// Each disk has one chain, whose id follows from its own.
Result<Conditions> OfDisks(const ReadCall& call, const Filter& filter) {
  auto ids = filters::Ids(call, filter);
  if (!ids || ids->empty()) return ids;
  for (std::string& id : std::get<where::Ids>(ids->front()).ids) id = ChainIdOfDisk(id);
  return ids;
}

constexpr Filter kLinkFilters[] = {
    {"SnapshotLinkIds", filters::Ids, "InvalidSnapshotLinkIds.Malformed"},
    {"DiskIds", OfDisks, "InvalidDiskIds.Malformed"},
    {"InstanceId", filters::DiskOnInstance, "source_disk_id"},
};

}  // namespace

Result<Answer> DescribeSnapshotLinks(const ReadCall& call) {
  return List(call, {.kind = &KindOf<SnapshotChain>(),
                     .action = "DescribeSnapshotLinks",
                     .outer = "SnapshotLinks",
                     .inner = "SnapshotLink",
                     .filters = kLinkFilters,
                     .row = kLinkRow});
}

Result<Answer> DescribeSnapshotsUsage(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const std::string& account = call.caller.account;
  const std::string& region = call.caller.region;
  JsonWriter json;
  json.Field("SnapshotCount",
             call.view.Count({.kind = &KindOf<Snapshot>(), .account = account, .region = region}))
      .Field("SnapshotSize", call.view.SnapshotBytes(account, region));
  return Answer{.members = json.Take()};
}

// The bytes at the beginning of each period.
Result<Answer> DescribeSnapshotMonitorData(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto range = MonitorRangeOf(call.args);
  if (!range) return Fail(range.error());
  const std::string wanted = call.args.TextOrEmpty("Category");
  JsonWriter json;
  json.Key("MonitorData").BeginObject().Key("DataPoint").BeginArray();
  for (const SysMillis point : range->points) {
    std::int64_t bytes = 0;
    for (const std::string_view category : {kStandard, kArchive}) {
      if (!wanted.empty() && wanted != category) continue;
      bytes += call.view.SnapshotBytesAt(call.caller.account, call.caller.region, category, point);
    }
    json.BeginObject().Field("TimeStamp", base::FormatTime(point)).Field("Size", bytes).EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
