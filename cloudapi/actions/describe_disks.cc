#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/describe.h"

namespace cloudapi {
namespace {

constexpr std::string_view kTypes[] = {"all", "system", "data"};
constexpr std::string_view kStatuses[] = {"All",    "Creating",  "Available", "Attaching",
                                          "In_use", "Detaching", "ReIniting"};
constexpr std::string_view kChargeTypes[] = {"PrePaid", "PostPaid"};
constexpr std::string_view kLockReasons[] = {"financial", "security", "recycling",
                                             "dedicatedhostfinancial"};
constexpr std::string_view kSharing[] = {"Disabled", "Enabled", "LegacyShared"};
constexpr TimeKeys kTimes[] = {{"CreationStartTime", "CreationEndTime"}};

constexpr WordRule kTypeRule{"DiskType", kTypes, 400, "InvalidDiskType.ValueNotSupported"};
constexpr WordRule kStatusRule{"Status", kStatuses, 400, "InvalidStatus.ValueNotSupported"};
constexpr WordRule kChargeRule{"DiskChargeType", kChargeTypes, 404,
                               "InvalidDiskChargeType.NotFound"};
constexpr WordRule kLockRule{"LockReason", kLockReasons, 404, "InvalidLockReason.NotFound"};
constexpr WordRule kSharingRule{"MultiAttach", kSharing, 403, "InvalidParameter.MultiAttach"};

constexpr RegionRule kRegionRule{.missing_code = "MissingParamter.RegionId",  // the API's spelling
                                 .unknown_status = 400,
                                 .unknown_code = "InvalidRegion.NotFound"};

// "" for none and for "all".
Result<std::string> Category(const ActionContext& context, const Params& params) {
  const std::string category = params.StringOr("Category", "all");
  if (category == "all") return std::string();
  if (context.catalogue.FindCategory(category) != nullptr) return category;
  return Fail({.http_status = 400,
               .code = "InvalidCategory.ValueNotSupported",
               .message = fmt::format("There is no disk category {}.", category),
               .rule = "describe-disks.category"});
}

Result<void> CheckZone(const ActionContext& context, const std::string& zone) {
  if (zone.empty() || context.catalogue.FindZone(zone) != nullptr) return {};
  return Fail({.http_status = 400,
               .code = "InvalidZoneId.NotFound",
               .message = fmt::format("There is no zone {}.", zone),
               .rule = "describe-disks.zone"});
}

// The filters that take one of some words.
Result<void> ReadWords(const Params& params, DiskFilter& filter) {
  const auto type = Word(params, kTypeRule);
  if (!type) return Fail(type.error());
  if (*type != "all") filter.type = *type;
  const auto status = Word(params, kStatusRule);
  if (!status) return Fail(status.error());
  if (*status != "All") filter.status = *status;
  const auto charge = Word(params, kChargeRule);
  if (!charge) return Fail(charge.error());
  if (!charge->empty()) filter.members.push_back({"$.DiskChargeType", {*charge}});
  const auto lock = Word(params, kLockRule);
  if (!lock) return Fail(lock.error());
  if (!lock->empty())
    filter.members.push_back({"$.OperationLocks.OperationLock[0].LockReason", {*lock}});
  const auto sharing = Word(params, kSharingRule);
  if (!sharing) return Fail(sharing.error());
  if (!sharing->empty()) filter.members.push_back({"$.MultiAttach", {*sharing}});
  return {};
}

void ReadPlain(const Params& params, DiskFilter& filter) {
  filter.zone = params.StringOr("ZoneId", "");
  filter.instance_id = params.StringOr("InstanceId", "");
  filter.snapshot_id = params.StringOr("SnapshotId", "");
  filter.name = params.StringOr("DiskName", "");
  filter.kms_key_id = params.StringOr("KMSKeyId", "");
  filter.resource_group_id = params.StringOr("ResourceGroupId", "");
  filter.portable = params.Boolean("Portable");
  filter.delete_with_instance = params.Boolean("DeleteWithInstance");
  filter.delete_auto_snapshot = params.Boolean("DeleteAutoSnapshot");
  filter.enable_auto_snapshot = params.Boolean("EnableAutoSnapshot");
  filter.encrypted = params.Boolean("Encrypted");
  if (const auto policy = params.String("AutoSnapshotPolicyId"))
    filter.members.push_back({"$.AutoSnapshotPolicyId", {*policy}});
  // No disk has a snapshot policy or is of the old shared kind, so only `true` excludes.
  if (params.Boolean("EnableAutomatedSnapshotPolicy").value_or(false) ||
      params.Boolean("EnableShared").value_or(false))
    filter.ids = std::vector<std::string>();
}

}  // namespace

Result<Answer> DescribeDisks(const ActionContext& context, Reader& reader, const Params& params) {
  DiskFilter filter;
  filter.account = context.call.account;
  filter.region = context.call.region;
  auto ids = Ids(params, "DiskIds", "InvalidDiskIds.Malformed");
  if (!ids) return Fail(ids.error());
  filter.ids = std::move(*ids);
  if (const auto region = CheckRegion(context, filter.ids.has_value(), kRegionRule); !region)
    return Fail(region.error());
  ReadPlain(params, filter);
  if (const auto zone = CheckZone(context, filter.zone); !zone) return Fail(zone.error());
  auto category = Category(context, params);
  if (!category) return Fail(category.error());
  filter.category = std::move(*category);
  if (const auto words = ReadWords(params, filter); !words) return Fail(words.error());
  auto tags = TagMatches(params);
  if (!tags) return Fail(tags.error());
  filter.tags = std::move(*tags);
  const auto times = TimeRanges(params, kTimes);
  if (!times) return Fail(times.error());
  filter.created_from = times->front().from;
  filter.created_to = times->front().to;
  return DescribeRows(context, reader, params, filter, {"DescribeDisks", "Disks", "Disk"},
                      {.most_results = 500});
}

}  // namespace cloudapi
