#include <algorithm>
#include <utility>

#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/snapshots/snapshots.h"

namespace cloudapi {
namespace {

// What is not cut yet has no creation time; then the time of the call counts.
constexpr TimeKeys kSnapshotTimes[] = {
    {"CreationStartTime", "CreationEndTime", "coalesce(o.creation_time, o.requested_time)"}};

// The snapshots of those chains, found by the disk that each is of, or by the copy that is alone in
// its own.
Result<Conditions> InChains(const ReadCall& call, const Filter& filter) {
  const auto links = call.args.Items(filter.param);
  if (!links) return Conditions{};
  where::Ids listed;
  for (const std::string& link : *links) {
    const std::string rest = link.substr(std::min(link.size(), std::size_t{3}));
    const Disk disk{
        .id = "d-" + rest, .account = call.caller.account, .region = call.caller.region};
    auto members = call.view.SnapshotsOf(disk);
    if (auto copy = call.view.Find<Snapshot>(disk.account, disk.region, "s-" + rest))
      members.push_back(std::move(*copy));
    for (const Snapshot& snapshot : members)
      if (ChainIdOf(snapshot) == link) listed.ids.push_back(snapshot.id);
  }
  return Conditions{std::move(listed)};
}

constexpr Filter kSnapshotFilters[] = {
    {"SnapshotIds", filters::Ids, "InvalidSnapshotIds.Malformed"},
    {"SnapshotLinkId", InChains},
    {"SnapshotName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"DiskId", filters::Text, "source_disk_id"},
    {"InstanceId", filters::DiskOnInstance, "source_disk_id"},
    {"Status", filters::Text, "status", "all"},
    {.param = "Filter", .conditions = filters::Times, .times = kSnapshotTimes},
    {"SourceDiskType", filters::Text, "source_disk_type"},
    {"KMSKeyId", filters::Text, "kms_key_id"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"Encrypted", filters::Flag, "encrypted"},
    {"SnapshotType", filters::Text, "type", "all"},
    {"Usage", filters::Text, "usage"},
    {"Category", filters::Text, "category"},
};

// Storage is never bought ahead here.
Result<Conditions> NoPackage(const ReadCall&, const Filter&) {
  return Conditions{where::Never{}};
}

constexpr Filter kPackageFilters[] = {{.conditions = NoPackage}};

}  // namespace

Result<Answer> DescribeSnapshotPackage(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Snapshot>(),
                     .action = "DescribeSnapshotPackage",
                     .outer = "SnapshotPackages",
                     .inner = "SnapshotPackage",
                     .filters = kPackageFilters,
                     .paging = {.pages_only = true}});
}

Result<Answer> DescribeSnapshots(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Snapshot>(),
                     .action = "DescribeSnapshots",
                     .outer = "Snapshots",
                     .inner = "Snapshot",
                     .filters = kSnapshotFilters});
}

}  // namespace cloudapi
