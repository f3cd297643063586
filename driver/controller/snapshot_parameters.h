#pragma once
// VolumeSnapshotClass parameters, as ACK's driver reads them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/disk_parameters.h"

namespace driver {

// What a VolumeSnapshotClass asks of a snapshot.
struct SnapshotParameters {
  std::optional<std::int64_t> retention_days;  // none: it is kept
  std::string resource_group_id;
  Tags tags;                         // sorted by key
  std::vector<std::string> ignored;  // as in DiskParameters
};

// INVALID_ARGUMENT for a malformed parameter; for one that is unknown or has no effect only where
// the rules are strict. Source: alibaba-cloud-csi-driver.
Result<SnapshotParameters> ParseSnapshotParameters(const Parameters& parameters,
                                                   const ParameterRules& rules);

}  // namespace driver
