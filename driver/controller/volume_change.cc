#include "driver/controller/volume_change.h"

#include <algorithm>

namespace driver {
namespace {

Result<void> StoreKnown(std::string_view name, const std::string& value,
                        std::span<const std::string_view> known, std::string& to) {
  if (std::ranges::find(known, value) == known.end()) {
    return RefuseParameter(name, "is '" + value + "', which is unknown");
  }
  to = value;
  return {};
}

}  // namespace

Result<VolumeChange> ParseVolumeChange(const Parameters& mutable_parameters) {
  VolumeChange change;
  for (const auto& [name, value] : mutable_parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    Result<void> taken;
    if (name == "type") {
      taken = StoreKnown(name, value, kKnownCategories, change.category);
    } else if (name == "performanceLevel") {
      taken = StoreKnown(name, value, kKnownLevels, change.level);
    } else if (name == "provisionedIops") {
      taken = Store(ParseCount(name, value), change.provisioned_iops);
    } else if (name == "burstingEnabled") {
      taken = Store(ParseBool(name, value), change.bursting);
    } else if (name.starts_with(kTagPrefix)) {
      taken = AddUserTag(change.set_tags, kTagPrefix, {name.substr(kTagPrefix.size()), value});
    } else if (name.starts_with(kRemoveTagPrefix)) {
      const auto key = name.substr(kRemoveTagPrefix.size());
      if (key.empty() || IsOwnTag(key)) return RefuseParameter(name, "cannot be removed");
      change.removed_tags.push_back(key);
    } else {
      return RefuseParameter(name, "cannot stand in a VolumeAttributesClass");
    }
    if (!taken) return Fail(taken.error());
  }
  return change;
}

}  // namespace driver
