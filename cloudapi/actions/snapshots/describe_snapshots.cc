#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/snapshots/snapshots.h"

namespace cloudapi {
namespace {

constexpr std::string_view kStatuses[] = {"all", "progressing", "accomplished", "failed"};
constexpr std::string_view kTypes[] = {"all", "auto", "user"};
constexpr std::string_view kDiskTypes[] = {"system", "data"};
constexpr std::string_view kUsages[] = {"image", "disk", "image_disk", "none"};
constexpr std::string_view kCategories[] = {"standard", "flash", "archive"};
// What is not cut yet has no creation time; then the time of the call counts.
constexpr TimeKeys kTimes[] = {
    {"CreationStartTime", "CreationEndTime", "coalesce(o.creation_time, o.requested_time)"}};

constexpr WordRule kStatusRule{"Status", kStatuses, 404, "InvalidStatus.NotFound"};
constexpr WordRule kTypeRule{"SnapshotType", kTypes, 404, "InvalidSnapshotType.NotFound"};
constexpr WordRule kDiskTypeRule{"SourceDiskType", kDiskTypes, 404, "InvalidSourceDiskType"};
constexpr WordRule kUsageRule{"Usage", kUsages, 404, "InvalidUsage"};
constexpr WordRule kCategoryRule{"Category", kCategories, 403, "InvalidSnapshotCategory.Malformed"};

constexpr Filter kFilters[] = {
    filters::Ids("SnapshotIds", "InvalidSnapshotIds.Malformed"),
    filters::Name("SnapshotName", "name"),
    filters::Tags(),
    filters::Text("DiskId", "source_disk_id"),
    filters::DiskOnInstance("InstanceId", "source_disk_id"),
    filters::Word("status", kStatusRule, "all"),
    filters::Times(kTimes),
    filters::Word("source_disk_type", kDiskTypeRule),
    filters::Text("KMSKeyId", "kms_key_id"),
    filters::Text("ResourceGroupId", "resource_group_id"),
    filters::Flag("Encrypted", "encrypted"),
    filters::MemberList("SnapshotLinkId", "$.SnapshotLinkId"),
    filters::MemberWord("$.SnapshotType", kTypeRule, "all"),
    filters::MemberWord("$.Usage", kUsageRule),
    filters::MemberWord("$.Category", kCategoryRule),
};

}  // namespace

Result<Answer> DescribeSnapshots(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Snapshot>(),
                     .action = "DescribeSnapshots",
                     .outer = "Snapshots",
                     .inner = "Snapshot",
                     .filters = kFilters});
}

}  // namespace cloudapi
