#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/listing.h"

namespace cloudapi {
namespace {

constexpr std::string_view kTypes[] = {"all", "system", "data"};
constexpr std::string_view kStatuses[] = {"All",    "Creating",  "Available", "Attaching",
                                          "In_use", "Detaching", "ReIniting"};
constexpr std::string_view kChargeTypes[] = {"PrePaid", "PostPaid"};
constexpr std::string_view kLockReasons[] = {"financial", "security", "recycling",
                                             "dedicatedhostfinancial"};
constexpr std::string_view kSharing[] = {"Disabled", "Enabled", "LegacyShared"};
constexpr TimeKeys kTimes[] = {{"CreationStartTime", "CreationEndTime", "o.creation_time"}};

constexpr WordRule kTypeRule{"DiskType", kTypes, 400, "InvalidDiskType.ValueNotSupported"};
constexpr WordRule kStatusRule{"Status", kStatuses, 400, "InvalidStatus.ValueNotSupported"};
constexpr WordRule kChargeRule{"DiskChargeType", kChargeTypes, 404,
                               "InvalidDiskChargeType.NotFound"};
constexpr WordRule kLockRule{"LockReason", kLockReasons, 404, "InvalidLockReason.NotFound"};
constexpr WordRule kSharingRule{"MultiAttach", kSharing, 403, "InvalidParameter.MultiAttach"};

constexpr RegionRule kRegionRule{.missing_code = "MissingParamter.RegionId",  // the API's spelling
                                 .unknown_status = 400,
                                 .unknown_code = "InvalidRegion.NotFound"};

// No disk is of the old shared kind or has a snapshot policy, so only `true` excludes.
bool WantsPolicyOrSharing(const Arguments& args) {
  return args.IsTrue("EnableAutomatedSnapshotPolicy") || args.IsTrue("EnableShared");
}

constexpr Filter kFilters[] = {
    filters::Ids("DiskIds", "InvalidDiskIds.Malformed"),
    filters::Name("DiskName", "name"),
    filters::Tags(),
    filters::OnInstance("InstanceId"),
    filters::Text("SnapshotId", "source_snapshot_id"),
    filters::Zone("ZoneId", "zone"),
    filters::Word("status", kStatusRule, "All"),
    filters::Category("Category", "category"),
    filters::Times(kTimes),
    filters::Word("type", kTypeRule, "all"),
    filters::Text("KMSKeyId", "kms_key_id"),
    filters::Text("ResourceGroupId", "resource_group_id"),
    filters::Flag("Portable", "portable"),
    filters::Flag("DeleteWithInstance", "delete_with_instance"),
    filters::Flag("DeleteAutoSnapshot", "delete_auto_snapshot"),
    filters::Flag("EnableAutoSnapshot", "enable_auto_snapshot"),
    filters::Flag("Encrypted", "encrypted"),
    filters::MemberWord("$.DiskChargeType", kChargeRule),
    filters::MemberWord("$.OperationLocks.OperationLock[0].LockReason", kLockRule),
    filters::MemberWord("$.MultiAttach", kSharingRule),
    filters::Member("AutoSnapshotPolicyId", "$.AutoSnapshotPolicyId"),
    filters::None(WantsPolicyOrSharing),
};

}  // namespace

Result<Answer> DescribeDisks(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Disk>(),
                     .action = "DescribeDisks",
                     .outer = "Disks",
                     .inner = "Disk",
                     .filters = kFilters,
                     .region = kRegionRule,
                     .paging = {.most_results = 500}});
}

}  // namespace cloudapi
