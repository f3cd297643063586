#pragma once
// What a VolumeAttributesClass asks of a volume.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/parameter_values.h"

namespace driver {

struct VolumeChange {
  // What cannot be changed here, and so must be what the disk has: a class that a volume was made
  // with can be returned to. Empty: not said.
  std::string category;
  std::string level;
  std::optional<std::int64_t> provisioned_iops;
  std::optional<bool> bursting;
  Tags set_tags;
  std::vector<std::string> removed_tags;
};

// INVALID_ARGUMENT for a key that is malformed, unknown or of a StorageClass only.
// Source: alibaba-cloud-csi-driver.
Result<VolumeChange> ParseVolumeChange(const Parameters& mutable_parameters);

}  // namespace driver
