#include "driver/controller/disk_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "common/base/text.h"
#include "driver/controller/volume_change.h"
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

void Ignore(std::string_view name, std::string_view why, DiskParameters& disk) {
  disk.ignored.push_back(std::string(name) + " " + std::string(why));
}

// ACK's driver takes every other word for no; one that does not say no is noted.
bool TakeSwitch(const Given& given, std::span<const std::string_view> yes, DiskParameters& disk) {
  constexpr std::array<std::string_view, 5> kNo = {"no", "false", "0", "disabled", ""};
  const auto word = base::Lower(given.value);
  if (std::ranges::find(yes, word) != yes.end()) return true;
  if (std::ranges::find(kNo, word) == kNo.end()) {
    Ignore(given.name, "is '" + given.value + "', which means no", disk);
  }
  return false;
}

bool TakeYes(const Given& given, DiskParameters& disk) {
  constexpr std::array<std::string_view, 3> kYes = {"yes", "true", "1"};
  return TakeSwitch(given, kYes, disk);
}

Result<void> ApplyType(const Given& given, DiskParameters& disk) {
  if (given.value == "available") {
    disk.categories = DiskParameters().categories;
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
  disk.encrypted = TakeYes(given, disk);
  return {};
}

Result<void> ApplyKmsKey(const Given& given, DiskParameters& disk) {
  disk.kms_key_id = given.value;
  return {};
}

Result<void> ApplyResourceGroup(const Given& given, DiskParameters& disk) {
  disk.resource_group_id = given.value;
  return {};
}

Result<void> ApplyStorageCluster(const Given& given, DiskParameters& disk) {
  disk.storage_cluster_id = given.value;
  return {};
}

Result<void> ApplyMultiAttach(const Given& given, DiskParameters& disk) {
  constexpr std::array<std::string_view, 2> kYes = {"true", "enabled"};
  disk.multi_attach = TakeSwitch(given, kYes, disk);
  return {};
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
    auto added = AddUserTag(disk.tags, kTagPrefix, {key, member.substr(colon + 1)});
    if (!added) return added;
  }
  return {};
}

Result<void> ApplyIops(const Given& given, DiskParameters& disk) {
  return Store(ParseCount(given.name, given.value), disk.provisioned_iops);
}

Result<void> ApplyBursting(const Given& given, DiskParameters& disk) {
  disk.bursting = TakeYes(given, disk);
  return {};
}

Result<void> ApplyAtLeast20(const Given& given, DiskParameters& disk) {
  disk.at_least_20_gib = TakeYes(given, disk);
  return {};
}

Result<void> ApplyHpnZone(const Given& given, DiskParameters&) {
  if (given.value == "never") return {};
  return RefuseParameter(given.name, "can only be never here");
}

// Nothing is lost by leaving it: read by the node from the volume context, or by the provisioner,
// which hands the file system over with the capability.
Result<void> LeaveToOthers(const Given&, DiskParameters&) {
  return {};
}

Result<void> IgnoreWithoutEffect(const Given& given, DiskParameters& disk) {
  Ignore(given.name, "has no effect", disk);
  return {};
}

Result<void> IgnoreCount(const Given& given, DiskParameters& disk) {
  const auto count = ParseCount(given.name, given.value);
  if (!count) return Fail(count.error());
  return IgnoreWithoutEffect(given, disk);
}

Result<void> IgnoreCacheSize(const Given& given, DiskParameters& disk) {
  const auto size = ParseQuantity(given.name, given.value);
  if (!size) return Fail(size.error());
  return IgnoreWithoutEffect(given, disk);
}

Result<void> IgnoreCacheMode(const Given& given, DiskParameters& disk) {
  if (given.value != "writethrough" && given.value != "writeback") {
    return RefuseParameter(given.name, "is neither writethrough nor writeback");
  }
  return IgnoreWithoutEffect(given, disk);
}

struct ParameterRow {
  std::string_view name;
  Result<void> (*apply)(const Given&, DiskParameters&);
};

constexpr std::array kParameters = {
    ParameterRow{"type", ApplyType},
    ParameterRow{"performanceLevel", ApplyLevel},
    ParameterRow{"provisionedIops", ApplyIops},
    ParameterRow{"burstingEnabled", ApplyBursting},
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
    ParameterRow{"mkfsOptions", LeaveToOthers},
    ParameterRow{"omitfsck", LeaveToOthers},
    ParameterRow{"fsType", LeaveToOthers},
    ParameterRow{"fstype", LeaveToOthers},
    ParameterRow{"sysConfig", IgnoreWithoutEffect},
    ParameterRow{"readOnly", IgnoreWithoutEffect},
    ParameterRow{"readonly", IgnoreWithoutEffect},
    ParameterRow{"volumeDeleteSnapshotRetentionDays", IgnoreCount},
    ParameterRow{"volumeExpandAutoSnapshot", IgnoreWithoutEffect},
    ParameterRow{"dataCacheSize", IgnoreCacheSize},
    ParameterRow{"dataCacheMode", IgnoreCacheMode},
    ParameterRow{"readIOPS", IgnoreWithoutEffect},
    ParameterRow{"writeIOPS", IgnoreWithoutEffect},
    ParameterRow{"readBPS", IgnoreWithoutEffect},
    ParameterRow{"writeBPS", IgnoreWithoutEffect},
};

Result<void> ApplyOne(const Given& given, DiskParameters& disk) {
  if (given.name.starts_with(kTagPrefix)) {
    return AddUserTag(disk.tags, kTagPrefix, {given.name.substr(kTagPrefix.size()), given.value});
  }
  const auto* row = std::ranges::find(kParameters, given.name, &ParameterRow::name);
  if (row != kParameters.end()) return row->apply(given, disk);
  Ignore(given.name, "is unknown", disk);
  return {};
}

void ApplyAll(const Parameters& parameters, const std::string& region, ReadParameters& read) {
  for (const auto& [name, value] : parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    if (const auto applied = ApplyOne({name, value, region}, read.disk); !applied) {
      read.refused.push_back(applied.error().message);
    }
    if (!name.starts_with(kTagPrefix)) read.disk.context[name] = value;
  }
}

// What a VolumeAttributesClass says stands instead of what the class says, a category instead of
// its whole list.
void Override(const VolumeChange& change, DiskParameters& disk) {
  if (!change.category.empty()) disk.categories = {change.category};
  if (!change.level.empty()) disk.levels = {change.level};
  if (change.provisioned_iops) disk.provisioned_iops = change.provisioned_iops;
  if (change.bursting) disk.bursting = change.bursting;
  std::erase_if(disk.tags, [&change](const Tag& tag) {
    return FindTag(change.set_tags, tag.key) ||
           std::ranges::find(change.removed_tags, tag.key) != change.removed_tags.end();
  });
  disk.tags.insert(disk.tags.end(), change.set_tags.begin(), change.set_tags.end());
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

void CheckTogether(const Parameters& parameters, ReadParameters& read) {
  if (!read.disk.storage_cluster_id.empty() && read.disk.levels.empty()) {
    read.refused.emplace_back("parameter storageClusterId needs performanceLevel");
  }
  if (parameters.contains("dataCacheMode") && !parameters.contains("dataCacheSize")) {
    read.refused.emplace_back("parameter dataCacheMode needs dataCacheSize");
  }
}

// What has no effect beside the others is not sent.
void DropWithoutEffect(DiskParameters& disk) {
  const auto lists = [&disk](std::string_view category) {
    return std::ranges::find(disk.categories, category) != disk.categories.end();
  };
  if (!disk.kms_key_id.empty() && !disk.encrypted) {
    Ignore("kmsKeyId", "has no effect without encrypted", disk);
    disk.kms_key_id.clear();
  }
  if (!lists("cloud_auto")) {
    if (disk.provisioned_iops) Ignore("provisionedIops", "has no effect without cloud_auto", disk);
    if (disk.bursting) Ignore("burstingEnabled", "has no effect without cloud_auto", disk);
    disk.provisioned_iops.reset();
    disk.bursting.reset();
  }
  if (!lists("cloud_essd") && !disk.levels.empty()) {
    Ignore("performanceLevel", "has no effect without cloud_essd", disk);
    disk.levels.clear();
  }
}

}  // namespace

ReadParameters ReadDiskParameters(const Parameters& parameters,
                                  const Parameters& mutable_parameters, const std::string& region) {
  ReadParameters read;
  ApplyAll(parameters, region, read);
  if (const auto change = ParseVolumeChange(mutable_parameters)) {
    Override(*change, read.disk);
  } else {
    read.refused.push_back(change.error().message);
  }
  CheckTogether(parameters, read);
  DropWithoutEffect(read.disk);
  AddClaimTags(parameters, read.disk.tags);
  std::ranges::sort(read.disk.tags);
  std::ranges::sort(read.disk.ignored);
  return read;
}

Result<DiskParameters> ParseDiskParameters(const Parameters& parameters,
                                           const Parameters& mutable_parameters,
                                           const ParameterRules& rules) {
  auto read = ReadDiskParameters(parameters, mutable_parameters, rules.region);
  if (rules.strict) {
    for (const auto& ignored : read.disk.ignored) read.refused.push_back("parameter " + ignored);
  }
  if (read.refused.empty()) return std::move(read.disk);
  return Fail(grpc::StatusCode::INVALID_ARGUMENT, fmt::format("{}", fmt::join(read.refused, "; ")));
}

}  // namespace driver
