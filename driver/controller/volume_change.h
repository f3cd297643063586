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
  std::string category;  // empty: not said
  std::string level;     // empty: not said
  std::optional<std::int64_t> provisioned_iops;
  std::optional<bool> bursting;
  Tags set_tags;
  std::vector<std::string> removed_tags;
};

// INVALID_ARGUMENT for a key that is malformed, unknown or of a StorageClass only.
// Source: alibaba-cloud-csi-driver.
Result<VolumeChange> ParseVolumeChange(const Parameters& mutable_parameters);

}  // namespace driver
