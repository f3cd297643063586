#include "cloudapi/resources/snapshot_policy.h"

#include <array>

#include "cloudapi/resources/document.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// "1,22" as the API answers it: a text that holds ["1","22"].
std::string AsJsonText(std::string_view items) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string_view item : base::Split(items, ',')) {
    if (!item.empty()) json.Value(item);
  }
  json.EndArray();
  return json.Take();
}

std::string PolicyDocument(const SnapshotPolicy& policy) {
  JsonWriter json;
  json.BeginObject()
      .Field("AutoSnapshotPolicyId", policy.id)
      .Field("AutoSnapshotPolicyName", policy.name)
      .Field("RegionId", policy.region)
      .Field("Status", "Normal")
      .Field("Type", "Custom")
      .Field("AssociationType", "")
      .Field("TimePoints", AsJsonText(policy.time_points))
      .Field("RepeatWeekdays", AsJsonText(policy.repeat_weekdays))
      .Field("RetentionDays", policy.retention_days)
      .Field("EnableCrossRegionCopy", policy.cross_region_copy)
      .Field("TargetCopyRegions", AsJsonText(policy.target_copy_regions))
      .Field("CopiedSnapshotsRetentionDays", policy.copied_retention_days)
      .Field("DiskNums", policy.disks)
      .Field("VolumeNums", 0)
      .Field("ResourceGroupId", policy.resource_group_id)
      .Field("CreationTime", base::FormatTime(policy.creation_time));
  WriteEmpty(json, "TargetTags", "TargetTag");
  WriteTags(json, policy.tags);
  json.EndObject();
  return json.Take();
}

std::string PolicyDiskDocument(const PolicyDisk& link) {
  JsonWriter json;
  json.BeginObject()
      .Field("AutoSnapshotPolicyId", link.policy_id)
      .Field("DiskId", link.disk_id)
      .EndObject();
  return json.Take();
}

constexpr std::array kPolicyColumns = {
    Fixed<&SnapshotPolicy::seq>("seq", "> 0"),
    Fixed<&SnapshotPolicy::account>("account"),
    Fixed<&SnapshotPolicy::region>("region"),
    Fixed<&SnapshotPolicy::id>("id"),
    Col<&SnapshotPolicy::name>("name"),
    Col<&SnapshotPolicy::time_points>("time_points"),
    Col<&SnapshotPolicy::repeat_weekdays>("repeat_weekdays"),
    Col<&SnapshotPolicy::retention_days>("retention_days"),
    Col<&SnapshotPolicy::cross_region_copy>("cross_region_copy"),
    Col<&SnapshotPolicy::target_copy_regions>("target_copy_regions"),
    Col<&SnapshotPolicy::copied_retention_days>("copied_retention_days"),
    Col<&SnapshotPolicy::resource_group_id>("resource_group_id"),
    Col<&SnapshotPolicy::disks>("disks", ">= 0"),
    Fixed<&SnapshotPolicy::creation_time>("creation_time"),
};
constexpr Index kPolicyIndexes[] = {
    {.name = "place"},
    {.name = "name", .column = "name", .only_filled = true},
};

constexpr std::array kPolicyDiskColumns = {
    Fixed<&PolicyDisk::seq>("seq", "> 0"),      Fixed<&PolicyDisk::account>("account"),
    Fixed<&PolicyDisk::region>("region"),       Fixed<&PolicyDisk::id>("id"),
    Fixed<&PolicyDisk::policy_id>("policy_id"), Fixed<&PolicyDisk::disk_id>("disk_id"),
};
constexpr Index kPolicyDiskIndexes[] = {
    {.name = "place"},
    {.name = "policy", .column = "policy_id"},
    {.name = "disk", .column = "disk_id"},
};

}  // namespace

template <>
const Kind<SnapshotPolicy>& KindOf<SnapshotPolicy>() {
  static const Kind<SnapshotPolicy> kind{{.name = "snapshot_policy",
                                          .table = "snapshot_policies",
                                          .id_prefix = "sp-",
                                          .tag_type = "snapshotpolicy",
                                          .indexes = kPolicyIndexes,
                                          .facets = {}},
                                         kPolicyColumns,
                                         PolicyDocument};
  return kind;
}

template <>
const Kind<PolicyDisk>& KindOf<PolicyDisk>() {
  static const Kind<PolicyDisk> kind{{.name = "policy_disk",
                                      .table = "policy_disks",
                                      .id_prefix = "",
                                      .indexes = kPolicyDiskIndexes,
                                      .facets = {}},
                                     kPolicyDiskColumns,
                                     PolicyDiskDocument};
  return kind;
}

}  // namespace cloudapi
