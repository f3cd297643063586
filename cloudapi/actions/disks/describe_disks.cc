#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/listing.h"

namespace cloudapi {
namespace {

Result<Conditions> InZone(const ReadCall& call, const Filter& filter) {
  const auto zone = call.args.Text(filter.param);
  if (!zone || call.catalogue.FindZone(*zone) != nullptr) return filters::Text(call, filter);
  return Refuse(400, "InvalidZoneId.NotFound", "describe-disks.zone",
                fmt::format("There is no zone {}.", *zone));
}

Result<Conditions> OfCategory(const ReadCall& call, const Filter& filter) {
  const auto category = call.args.Text(filter.param);
  if (!category || *category == filter.all || call.catalogue.FindCategory(*category) != nullptr)
    return filters::Text(call, filter);
  return Refuse(400, "InvalidCategory.ValueNotSupported", "describe-disks.category",
                fmt::format("There is no disk category {}.", *category));
}

Result<Conditions> UnderPolicy(const ReadCall& call, const Filter& filter) {
  const auto policy = call.args.Text(filter.param);
  return policy ? Conditions{where::UnderPolicy{*policy}} : Conditions{};
}

Result<Conditions> WithPolicy(const ReadCall& call, const Filter& filter) {
  const auto with = call.args.Boolean(filter.param);
  return with ? Conditions{where::Filled{filter.column, *with}} : Conditions{};
}

// All are post-paid.
Result<Conditions> ByChargeType(const ReadCall& call, const Filter& filter) {
  const std::string wanted = call.args.TextOrEmpty(filter.param);
  if (wanted.empty() || wanted == "PostPaid") return Conditions{};
  return Conditions{where::Never{}};
}

// None is ever locked.
Result<Conditions> ByLockReason(const ReadCall& call, const Filter& filter) {
  return call.args.Text(filter.param) ? Conditions{where::Never{}} : Conditions{};
}

// LegacyShared is the old shared kind.
Result<Conditions> ByMultiAttach(const ReadCall& call, const Filter& filter) {
  const auto wanted = call.args.Text(filter.param);
  if (!wanted) return Conditions{};
  if (*wanted == "LegacyShared") return Conditions{where::Never{}};
  return Conditions{where::Is{filter.column, std::int64_t{*wanted == "Enabled"}}};
}

// No disk is of the old shared kind, so `true` matches none.
Result<Conditions> NoneIfTrue(const ReadCall& call, const Filter& filter) {
  return call.args.IsTrue(filter.param) ? Conditions{where::Never{}} : Conditions{};
}

constexpr TimeKeys kDiskTimes[] = {{"CreationStartTime", "CreationEndTime", "o.creation_time"}};

constexpr Filter kDiskFilters[] = {
    {"DiskIds", filters::Ids, "InvalidDiskIds.Malformed"},
    {"DiskName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"InstanceId", filters::OnInstance},
    {"SnapshotId", filters::Text, "source_snapshot_id"},
    {"AutoSnapshotPolicyId", UnderPolicy},
    {"ZoneId", InZone, "zone"},
    {"Status", filters::Text, "status", "All"},
    {"Category", OfCategory, "category", "all"},
    {.param = "Filter", .conditions = filters::Times, .times = kDiskTimes},
    {"DiskType", filters::Text, "type", "all"},
    {"KMSKeyId", filters::Text, "kms_key_id"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"Portable", filters::Flag, "portable"},
    {"DeleteWithInstance", filters::Flag, "delete_with_instance"},
    {"DeleteAutoSnapshot", filters::Flag, "delete_auto_snapshot"},
    {"EnableAutoSnapshot", filters::Flag, "enable_auto_snapshot"},
    {"Encrypted", filters::Flag, "encrypted"},
    {"DiskChargeType", ByChargeType},
    {"LockReason", ByLockReason},
    {"MultiAttach", ByMultiAttach, "multi_attach"},
    {"EnableAutomatedSnapshotPolicy", WithPolicy, "auto_snapshot_policy_id"},
    {"EnableShared", NoneIfTrue},
};

}  // namespace

Result<Answer> DescribeDisks(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Disk>(),
                     .action = "DescribeDisks",
                     .outer = "Disks",
                     .inner = "Disk",
                     .filters = kDiskFilters,
                     .region = {.missing_code = "MissingParamter.RegionId",  // the API's spelling
                                .unknown_status = 400,
                                .unknown_code = "InvalidRegion.NotFound"},
                     .paging = {.most_results = 500}});
}

}  // namespace cloudapi
