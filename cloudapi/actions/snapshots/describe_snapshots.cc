#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/snapshots/snapshots.h"

namespace cloudapi {
namespace {

// What is not cut yet has no creation time; then the time of the call counts.
constexpr TimeKeys kSnapshotTimes[] = {
    {"CreationStartTime", "CreationEndTime", "coalesce(o.creation_time, o.requested_time)"}};

constexpr Filter kSnapshotFilters[] = {
    {"SnapshotIds", filters::Ids, "InvalidSnapshotIds.Malformed"},
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
    {"SnapshotLinkId", filters::MemberList, "$.SnapshotLinkId"},
    {"SnapshotType", filters::Text, "type", "all"},
    {"Usage", filters::Member, "$.Usage"},
    {"Category", filters::Member, "$.Category"},
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
