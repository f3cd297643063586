#include "driver/controller/disk_parameters.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/base/text.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

// Claim names that the provisioner passes with --extra-create-metadata, as tags.
struct ClaimTag {
  std::string_view parameter;
  std::string_view tag;
};
constexpr std::array kClaimTags = {
    ClaimTag{kClaimNameParameter, kClaimNameTag},
    ClaimTag{kClaimNamespaceParameter, kClaimNamespaceTag},
    ClaimTag{kPvNameParameter, kPvNameTag},
};

struct Given {
  const std::string& name;
  const std::string& value;
  const std::string& region;
};

Result<void> StoreText(const Given& given, std::string& to) {
  if (given.value.empty()) return RefuseParameter(given.name, "is empty");
  to = given.value;
  return {};
}

Result<void> ApplyType(const Given& given, DiskParameters& disk) {
  if (given.value == "available") {
    disk.categories = {"cloud_ssd", "cloud_efficiency"};
    return {};
  }
  return Store(ParseListOf(given.name, given.value, kKnownCategories), disk.categories);
}

Result<void> ApplyLevel(const Given& given, DiskParameters& disk) {
  return Store(ParseListOf(given.name, given.value, kKnownLevels), disk.levels);
}

Result<void> ApplyZone(const Given& given, DiskParameters& disk) {
  return Store(ParseList(given.name, given.value), disk.zones);
}

Result<void> ApplyRegion(const Given& given, DiskParameters&) {
  if (given.value == given.region) return {};
  return RefuseParameter(given.name,
                         "is " + given.value + ", but this driver serves " + given.region);
}

Result<void> ApplyEncrypted(const Given& given, DiskParameters& disk) {
  return Store(ParseYes(given.name, given.value), disk.encrypted);
}

Result<void> ApplyKmsKey(const Given& given, DiskParameters& disk) {
  return StoreText(given, disk.kms_key_id);
}

Result<void> ApplyResourceGroup(const Given& given, DiskParameters& disk) {
  return StoreText(given, disk.resource_group_id);
}

Result<void> ApplyStorageCluster(const Given& given, DiskParameters& disk) {
  return StoreText(given, disk.storage_cluster_id);
}

Result<void> ApplyMultiAttach(const Given& given, DiskParameters& disk) {
  const auto word = base::Lower(given.value);
  if (word == "enabled" || word == "disabled") {
    disk.multi_attach = word == "enabled";
    return {};
  }
  return Store(ParseYes(given.name, given.value), disk.multi_attach);
}

Result<void> ApplyDiskTags(const Given& given, DiskParameters& disk) {
  auto members = ParseList(given.name, given.value);
  if (!members) return Fail(members.error());
  for (const auto& member : *members) {
    const auto colon = member.find(':');
    if (colon == std::string::npos)
      return RefuseParameter(given.name, "has a member without a colon");
    const auto key = member.substr(0, colon);
    // diskTags/<key> comes later in key order and wins.
    auto added = AddUserTag(disk.tags, key, member.substr(colon + 1));
    if (!added) return added;
  }
  return {};
}

Result<void> ApplyIops(const Given& given, DiskParameters& disk) {
  return Store(ParseCount(given.name, given.value), disk.provisioned_iops);
}

Result<void> ApplyBursting(const Given& given, DiskParameters& disk) {
  return Store(ParseYes(given.name, given.value), disk.bursting);
}

Result<void> ApplyAtLeast20(const Given& given, DiskParameters& disk) {
  return Store(ParseYes(given.name, given.value), disk.at_least_20_gib);
}

Result<void> ApplyHpnZone(const Given& given, DiskParameters&) {
  if (given.value == "never") return {};
  return RefuseParameter(given.name, "can only be never here");
}

// Read by the node from the volume context.
Result<void> PassToNode(const Given&, DiskParameters&) {
  return {};
}

Result<void> RefuseWithoutEffect(const Given& given, DiskParameters&) {
  return RefuseParameter(given.name, "has no effect in this driver; remove it");
}

struct ParameterRow {
  std::string_view name;
  Result<void> (*apply)(const Given&, DiskParameters&);
  bool mutable_too = false;  // also in a VolumeAttributesClass
};

constexpr std::array kParameters = {
    ParameterRow{"type", ApplyType, true},
    ParameterRow{"performanceLevel", ApplyLevel, true},
    ParameterRow{"provisionedIops", ApplyIops, true},
    ParameterRow{"burstingEnabled", ApplyBursting, true},
    ParameterRow{"zoneId", ApplyZone},
    ParameterRow{"zoneid", ApplyZone},
    ParameterRow{"regionId", ApplyRegion},
    ParameterRow{"encrypted", ApplyEncrypted},
    ParameterRow{"kmsKeyId", ApplyKmsKey},
    ParameterRow{"resourceGroupId", ApplyResourceGroup},
    ParameterRow{"storageClusterId", ApplyStorageCluster},
    ParameterRow{"multiAttach", ApplyMultiAttach},
    ParameterRow{"diskTags", ApplyDiskTags},
    ParameterRow{"volumeSizeAutoAvailable", ApplyAtLeast20},
    ParameterRow{"restrictToHpnZone", ApplyHpnZone},
    ParameterRow{"mkfsOptions", PassToNode},
    ParameterRow{"omitfsck", PassToNode},
    ParameterRow{"sysConfig", RefuseWithoutEffect},
    ParameterRow{"readOnly", RefuseWithoutEffect},
    ParameterRow{"volumeDeleteSnapshotRetentionDays", RefuseWithoutEffect},
    ParameterRow{"volumeExpandAutoSnapshot", RefuseWithoutEffect},
    ParameterRow{"dataCacheSize", RefuseWithoutEffect},
    ParameterRow{"dataCacheMode", RefuseWithoutEffect},
    ParameterRow{"readIOPS", RefuseWithoutEffect},
    ParameterRow{"writeIOPS", RefuseWithoutEffect},
    ParameterRow{"readBPS", RefuseWithoutEffect},
    ParameterRow{"writeBPS", RefuseWithoutEffect},
};

Result<void> ApplyOne(const Given& given, DiskParameters& disk, bool from_mutable) {
  if (given.name.starts_with(kTagPrefix)) {
    return AddUserTag(disk.tags, given.name.substr(kTagPrefix.size()), given.value);
  }
  const auto* row = std::ranges::find(kParameters, given.name, &ParameterRow::name);
  if (row == kParameters.end()) return RefuseParameter(given.name, "is unknown");
  if (from_mutable && !row->mutable_too) {
    return RefuseParameter(given.name, "cannot stand in a VolumeAttributesClass");
  }
  return row->apply(given, disk);
}

Result<void> ApplyAll(const Parameters& parameters, const std::string& region,
                      DiskParameters& disk) {
  for (const auto& [name, value] : parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    auto applied = ApplyOne({name, value, region}, disk, false);
    if (!applied) return applied;
    if (!name.starts_with(kTagPrefix)) disk.context[name] = value;
  }
  return {};
}

Result<void> ApplyMutable(const Parameters& parameters, const std::string& region,
                          DiskParameters& disk) {
  for (const auto& [name, value] : parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    // At creation there is nothing to remove, except what the class itself would set.
    if (name.starts_with(kRemoveTagPrefix)) {
      std::erase_if(disk.tags, [&, key = name.substr(kRemoveTagPrefix.size())](const Tag& tag) {
        return tag.key == key;
      });
      continue;
    }
    auto applied = ApplyOne({name, value, region}, disk, true);
    if (!applied) return applied;
  }
  return {};
}

// Claim names beat user tags.
void AddClaimTags(const Parameters& parameters, Tags& tags) {
  for (const auto& row : kClaimTags) {
    const auto given = parameters.find(std::string(row.parameter));
    if (given == parameters.end()) continue;
    std::erase_if(tags, [&](const Tag& tag) { return tag.key == row.tag; });
    tags.push_back({std::string(row.tag), given->second});
  }
}

// What makes no sense together.
Result<void> CheckTogether(const DiskParameters& disk) {
  if (!disk.kms_key_id.empty() && !disk.encrypted) {
    return RefuseParameter("kmsKeyId", "has no effect without encrypted");
  }
  const auto& categories = disk.categories;
  const bool has_auto = std::ranges::find(categories, "cloud_auto") != categories.end();
  if (!has_auto && (disk.provisioned_iops || disk.bursting.value_or(false))) {
    return RefuseParameter("provisionedIops or burstingEnabled", "needs cloud_auto among type");
  }
  if (!disk.levels.empty() && std::ranges::find(categories, "cloud_essd") == categories.end()) {
    return RefuseParameter("performanceLevel", "needs cloud_essd among type");
  }
  if (!disk.storage_cluster_id.empty() && disk.levels.empty()) {
    return RefuseParameter("storageClusterId", "needs performanceLevel");
  }
  return {};
}

}  // namespace

Result<DiskParameters> ParseDiskParameters(const Parameters& parameters,
                                           const Parameters& mutable_parameters,
                                           const std::string& region) {
  DiskParameters disk;
  auto applied = ApplyAll(parameters, region, disk);
  if (!applied) return Fail(applied.error());
  applied = ApplyMutable(mutable_parameters, region, disk);
  if (!applied) return Fail(applied.error());
  applied = CheckTogether(disk);
  if (!applied) return Fail(applied.error());
  AddClaimTags(parameters, disk.tags);
  std::ranges::sort(disk.tags);
  return disk;
}

}  // namespace driver
