#pragma once
// VolumeSnapshotClass parameters, as ACK's driver reads them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/disk_parameters.h"

namespace driver {

// What a VolumeSnapshotClass asks of a snapshot.
struct SnapshotParameters {
  std::optional<std::int64_t> retention_days;  // none: it is kept
  std::string object_namespace;                // of the VolumeSnapshot; empty: not told
  std::string object_name;
  std::string resource_group_id;
  Tags tags;                         // sorted by key
  std::vector<std::string> ignored;  // as in DiskParameters
};

// Overrides retentionDays: an annotation of the VolumeSnapshot.
inline constexpr std::string_view kSnapshotTtlAnnotation = "storage.alibabacloud.com/snapshot-ttl";

// Days that a snapshot is kept; none for 0, which is for ever. INVALID_ARGUMENT for anything but a
// whole number.
Result<std::optional<std::int64_t>> ParseRetention(const std::string& name,
                                                   const std::string& value);

// INVALID_ARGUMENT naming every malformed parameter; for one that is unknown or has no effect only
// where the rules are strict. Source: alibaba-cloud-csi-driver.
Result<SnapshotParameters> ParseSnapshotParameters(const Parameters& parameters,
                                                   const ParameterRules& rules);

// The same of a VolumeGroupSnapshotClass. retentionDays is refused: the cloud keeps groups for
// ever.
Result<SnapshotParameters> ParseGroupParameters(const Parameters& parameters,
                                                const ParameterRules& rules);

}  // namespace driver
