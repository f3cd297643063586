#include "driver/cloud/ecs_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "common/base/text.h"
#include "common/base/time.h"

namespace driver {
namespace {

using nlohmann::json;

const json& MemberIn(const json& object, const char* name) {
  static const json kAbsent;
  if (!object.is_object()) return kAbsent;
  const auto found = object.find(name);
  return found == object.end() ? kAbsent : *found;
}

std::int64_t NumberIn(const json& object, const char* name) {
  const json& member = MemberIn(object, name);
  if (member.is_number()) return member.get<std::int64_t>();
  // SourceDiskSize is a decimal string.
  return base::ParseNumber<std::int64_t>(TextIn(object, name)).value_or(0);
}

bool FlagIn(const json& object, const char* name) {
  const json& member = MemberIn(object, name);
  return member.is_boolean() && member.get<bool>();
}

// Snapshot groups write them as Key and Value.
Tags TagsIn(const json& object) {
  Tags tags;
  for (const auto& tag : ListIn(object, "Tags", "Tag")) {
    const bool has_long = tag.contains("TagKey");
    tags.push_back(
        {TextIn(tag, has_long ? "TagKey" : "Key"), TextIn(tag, has_long ? "TagValue" : "Value")});
  }
  return tags;
}

SnapshotStatus ParseSnapshotStatus(const std::string& word) {
  if (word == "accomplished") return SnapshotStatus::kAccomplished;
  return word == "failed" ? SnapshotStatus::kFailed : SnapshotStatus::kProgressing;
}

// No member of a snapshot names its group; its description does.
std::string GroupIn(const json& snapshot) {
  constexpr std::string_view kFrom = "Created_from_";
  const std::string description = TextIn(snapshot, "Description");
  return description.starts_with(kFrom) ? description.substr(kFrom.size()) : "";
}

// The smallest data disk of each level of cloud_essd; the answer tells only the category's own
// range. Source: ECS disk categories.
struct LevelMinimum {
  const char* name;
  std::int64_t min_gib;
};
constexpr std::array kEssdLevels = {LevelMinimum{"PL0", 1}, LevelMinimum{"PL1", 20},
                                    LevelMinimum{"PL2", 461}, LevelMinimum{"PL3", 1261}};

topology::Category ToCategory(const json& resource) {
  topology::Category category{.name = TextIn(resource, "Value"),
                              .sizes = {NumberIn(resource, "Min"), NumberIn(resource, "Max")}};
  if (category.name != "cloud_essd") return category;
  category.default_level = "PL1";
  for (const auto& level : kEssdLevels) {
    category.levels.push_back({level.name, {level.min_gib, category.sizes.max}});
  }
  category.sizes.min = 20;  // of the default level
  return category;
}

// Of one AvailableZone.
template <class Each>
void EachResource(const json& zone, const Each& each) {
  for (const auto& group : ListIn(zone, "AvailableResources", "AvailableResource")) {
    for (const auto& resource : ListIn(group, "SupportedResources", "SupportedResource")) {
      each(resource);
    }
  }
}

}  // namespace

const json& ListIn(const json& answer, const char* outer, const char* inner) {
  static const json kNone = json::array();
  const json& list = MemberIn(MemberIn(answer, outer), inner);
  return list.is_array() ? list : kNone;
}

std::string TextIn(const json& object, const char* name) {
  const json& member = MemberIn(object, name);
  return member.is_string() ? member.get<std::string>() : std::string();
}

Disk ToDisk(const json& json) {
  Disk disk{.id = TextIn(json, "DiskId"),
            .status = ParseDiskStatus(TextIn(json, "Status")),
            .zone = TextIn(json, "ZoneId"),
            .region = TextIn(json, "RegionId"),
            .category = TextIn(json, "Category"),
            .performance_level = TextIn(json, "PerformanceLevel"),
            .size_gib = NumberIn(json, "Size"),
            .serial = TextIn(json, "SerialNumber"),
            .snapshot_id = TextIn(json, "SourceSnapshotId"),
            .encrypted = FlagIn(json, "Encrypted"),
            .kms_key_id = TextIn(json, "KMSKeyId"),
            .multi_attach = TextIn(json, "MultiAttach") == "Enabled",
            .provisioned_iops = NumberIn(json, "ProvisionedIops"),
            .bursting = FlagIn(json, "BurstingEnabled"),
            .resource_group_id = TextIn(json, "ResourceGroupId"),
            .storage_cluster_id = TextIn(json, "StorageClusterId"),
            .type = TextIn(json, "Type"),
            .detached_before = !TextIn(json, "DetachedTime").empty(),
            .tags = TagsIn(json)};
  for (const auto& attachment : ListIn(json, "Attachments", "Attachment")) {
    disk.attached_to.push_back(TextIn(attachment, "InstanceId"));
  }
  return disk;
}

Snapshot ToSnapshot(const json& json) {
  return {.id = TextIn(json, "SnapshotId"),
          .name = TextIn(json, "SnapshotName"),
          .disk_id = TextIn(json, "SourceDiskId"),
          .disk_size_gib = NumberIn(json, "SourceDiskSize"),
          .cut_at = base::ParseTime(TextIn(json, "CreationTime")),
          .status = ParseSnapshotStatus(TextIn(json, "Status")),
          .available = FlagIn(json, "Available"),
          .retention_days = NumberIn(json, "RetentionDays"),
          .group_id = GroupIn(json),
          .tags = TagsIn(json)};
}

SnapshotGroup ToSnapshotGroup(const json& json) {
  SnapshotGroup group{.id = TextIn(json, "SnapshotGroupId"),
                      .name = TextIn(json, "Name"),
                      .status = ParseSnapshotStatus(TextIn(json, "Status")),
                      .tags = TagsIn(json)};
  for (const auto& member : ListIn(json, "Snapshots", "Snapshot")) {
    group.members.push_back({TextIn(member, "SnapshotId"), TextIn(member, "SourceDiskId")});
  }
  return group;
}

CloudTask ToTask(const json& json) {
  CloudTask task{.id = TextIn(json, "TaskId")};
  const std::string status = TextIn(json, "TaskStatus");
  if (status == "Finished") task.status = CloudTaskStatus::kFinished;
  if (status == "Failed") task.status = CloudTaskStatus::kFailed;
  return task;
}

Instance ToInstance(const json& json) {
  return {.id = TextIn(json, "InstanceId"),
          .zone = TextIn(json, "ZoneId"),
          .type = TextIn(json, "InstanceType"),
          .status = TextIn(json, "Status")};
}

InstanceType ToInstanceType(const json& json) {
  return {.name = TextIn(json, "InstanceTypeId"),
          .disk_quantity = static_cast<int>(NumberIn(json, "DiskQuantity"))};
}

topology::Catalogue ToCatalogue(const json& answer, const std::string& region) {
  topology::Region known{.id = region};
  std::map<std::string, topology::Category> categories;
  for (const auto& zone : ListIn(answer, "AvailableZones", "AvailableZone")) {
    topology::Zone one{.id = TextIn(zone, "ZoneId")};
    // Disks of a whole region come under a zone without a name.
    if (one.id.empty()) continue;
    const bool open = TextIn(zone, "Status") == "Available";
    EachResource(zone, [&](const json& resource) {
      const auto category = ToCategory(resource);
      one.offers.push_back({category.name, open && TextIn(resource, "Status") == "Available"});
      categories.insert({category.name, category});
    });
    known.zones.push_back(std::move(one));
  }
  topology::Catalogue catalogue;
  for (auto& [name, category] : categories) catalogue.categories.push_back(std::move(category));
  catalogue.regions.push_back(std::move(known));
  return catalogue;
}

std::vector<std::string> CategoriesIn(const json& answer, const std::string& zone) {
  std::vector<std::string> names;
  for (const auto& place : ListIn(answer, "AvailableZones", "AvailableZone")) {
    if (TextIn(place, "ZoneId") != zone) continue;
    EachResource(place, [&](const json& resource) { names.push_back(TextIn(resource, "Value")); });
  }
  return names;
}

}  // namespace driver
