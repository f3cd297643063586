#include "driver/controller/volume_change.h"

namespace driver {

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
      if (key.empty() || IsOwnTag(key)) return RefuseParameter(name, "cannot be removed");
      change.removed_tags.push_back(key);
    } else {
      return RefuseParameter(name, "cannot be changed on an existing volume");
    }
    if (!taken) return Fail(taken.error());
  }
  return change;
}

}  // namespace driver
