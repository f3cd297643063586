#include "driver/controller/disk_parameters.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

#include "common/base/text.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

constexpr std::string_view kTagPrefix = "diskTags/";
constexpr std::string_view kRemoveTagPrefix = "-diskTags/";
constexpr std::string_view kSidecarPrefix = "csi.storage.k8s.io/";
constexpr std::size_t kLongestTagPart = 128;

constexpr std::array<std::string_view, 11> kKnownCategories = {
    "cloud",          "cloud_efficiency", "cloud_ssd",
    "cloud_essd",     "cloud_auto",       "cloud_essd_entry",
    "cloud_essd_xc0", "cloud_essd_xc1",   "cloud_regional_disk_auto",
    "cloud_pperf",    "cloud_sperf",
};
constexpr std::array<std::string_view, 4> kKnownLevels = {"PL0", "PL1", "PL2", "PL3"};

// Written by the driver on every disk or snapshot.
constexpr std::array<std::string_view, 8> kOwnTags = {
    "k8s.aliyun.com", "createdby",      "ack.aliyun.com", kVolumeNameTag,
    kSnapshotNameTag, kSourceVolumeTag, kCloneForTag,     "force.delete.snapshot.k8s.aliyun.com",
};

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

tl::unexpected<RpcError> Refuse(std::string_view name, std::string_view why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT,
              "parameter " + std::string(name) + " " + std::string(why));
}

// Splits at commas. Members are not trimmed: ACK refuses "a, b" too.
Result<std::vector<std::string>> ParseList(std::string_view name, std::string_view text) {
  std::vector<std::string> members;
  while (true) {
    const auto comma = text.find(',');
    const auto member = text.substr(0, comma);
    if (member.empty()) return Refuse(name, "has an empty member");
    if (member.find_first_of(" \t") != std::string_view::npos) {
      return Refuse(name, "has a space in its list; write \"a,b\"");
    }
    members.emplace_back(member);
    if (comma == std::string_view::npos) return members;
    text.remove_prefix(comma + 1);
  }
}

template <std::size_t kSize>
Result<std::vector<std::string>> ParseListOf(std::string_view name, std::string_view text,
                                             const std::array<std::string_view, kSize>& known) {
  auto members = ParseList(name, text);
  if (!members) return members;
  for (const auto& member : *members) {
    if (std::ranges::find(known, member) == known.end()) {
      return Refuse(name, "has an unknown member " + member);
    }
  }
  return members;
}

Result<bool> ParseYes(std::string_view name, const std::string& text) {
  const auto word = base::Lower(text);
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return Refuse(name, "is neither true nor false");
}

struct Given {
  const std::string& name;
  const std::string& value;
  const std::string& region;
};

template <class Value>
Result<void> Store(Result<Value> parsed, Value& to) {
  if (!parsed) return Fail(parsed.error());
  to = std::move(*parsed);
  return {};
}

template <class Value>
Result<void> Store(Result<Value> parsed, std::optional<Value>& to) {
  if (!parsed) return Fail(parsed.error());
  to = std::move(*parsed);
  return {};
}

Result<void> StoreText(const Given& given, std::string& to) {
  if (given.value.empty()) return Refuse(given.name, "is empty");
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
  return Refuse(given.name, "is " + given.value + ", but this driver serves " + given.region);
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
    if (colon == std::string::npos) return Refuse(given.name, "has a member without a colon");
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
  return Refuse(given.name, "can only be never here");
}

// Read by the node from the volume context.
Result<void> PassToNode(const Given&, DiskParameters&) {
  return {};
}

Result<void> RefuseWithoutEffect(const Given& given, DiskParameters&) {
  return Refuse(given.name, "has no effect in this driver; remove it");
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
  if (row == kParameters.end()) return Refuse(given.name, "is unknown");
  if (from_mutable && !row->mutable_too) {
    return Refuse(given.name, "cannot stand in a VolumeAttributesClass");
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
    return Refuse("kmsKeyId", "has no effect without encrypted");
  }
  const auto& categories = disk.categories;
  const bool has_auto = std::ranges::find(categories, "cloud_auto") != categories.end();
  if (!has_auto && (disk.provisioned_iops || disk.bursting.value_or(false))) {
    return Refuse("provisionedIops or burstingEnabled", "needs cloud_auto among type");
  }
  if (!disk.levels.empty() && std::ranges::find(categories, "cloud_essd") == categories.end()) {
    return Refuse("performanceLevel", "needs cloud_essd among type");
  }
  if (!disk.storage_cluster_id.empty() && disk.levels.empty()) {
    return Refuse("storageClusterId", "needs performanceLevel");
  }
  return {};
}

}  // namespace

bool IsOwnTag(std::string_view key) {
  return std::ranges::find(kOwnTags, key) != kOwnTags.end();
}

Result<std::int64_t> ParseCount(const std::string& name, const std::string& text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0) {
    return Refuse(name, "is not a whole number of at least 0");
  }
  return count;
}

Result<void> AddUserTag(Tags& tags, const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > kLongestTagPart || value.size() > kLongestTagPart) {
    return Refuse("diskTags/" + key.substr(0, kLongestTagPart),
                  "needs a key of 1 to 128 bytes and a value of at most 128");
  }
  if (key.starts_with("acs:") || key.starts_with("aliyun")) {
    return Refuse("diskTags/" + key, "has a key that the cloud reserves");
  }
  if (key.find("://") != std::string::npos || value.find("://") != std::string::npos) {
    return Refuse("diskTags/" + key, "contains an address");
  }
  if (IsOwnTag(key)) return Refuse("diskTags/" + key, "is written by the driver itself");
  const auto present = std::ranges::find(tags, key, &Tag::key);
  if (present != tags.end()) {
    present->value = value;
  } else {
    tags.push_back({key, value});
  }
  return {};
}

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

Result<VolumeChange> ParseVolumeChange(const Parameters& mutable_parameters) {
  VolumeChange change;
  for (const auto& [name, value] : mutable_parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    Result<void> taken;
    if (name == "type") {
      taken = Store(ParseListOf(name, value, kKnownCategories), change.categories);
    } else if (name == "performanceLevel") {
      taken = Store(ParseListOf(name, value, kKnownLevels), change.levels);
    } else if (name == "provisionedIops") {
      taken = Store(ParseCount(name, value), change.provisioned_iops);
    } else if (name == "burstingEnabled") {
      taken = Store(ParseYes(name, value), change.bursting);
    } else if (name.starts_with(kTagPrefix)) {
      taken = AddUserTag(change.set_tags, name.substr(kTagPrefix.size()), value);
    } else if (name.starts_with(kRemoveTagPrefix)) {
      const auto key = name.substr(kRemoveTagPrefix.size());
      if (key.empty() || IsOwnTag(key)) return Refuse(name, "cannot be removed");
      change.removed_tags.push_back(key);
    } else {
      return Refuse(name, "cannot be changed on an existing volume");
    }
    if (!taken) return Fail(taken.error());
  }
  return change;
}

}  // namespace driver
