#pragma once
// StorageClass and VolumeAttributesClass parameters, as ACK's driver reads them: malformed ones are
// refused, what is unknown or has no effect is taken and noted. The table in disk_parameters.cc is
// the list. Source: alibaba-cloud-csi-driver.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/parameter_values.h"

namespace driver {

// What a class asks of a disk.
struct DiskParameters {
  std::vector<std::string> categories = {"cloud_ssd", "cloud_efficiency"};  // tried in this order
  std::vector<std::string> levels;  // of cloud_essd only; empty: its default
  std::vector<std::string> zones;   // empty: any
  bool encrypted = false;
  std::string kms_key_id;
  std::string resource_group_id;
  std::string storage_cluster_id;
  bool multi_attach = false;
  std::optional<std::int64_t> provisioned_iops;  // cloud_auto only
  std::optional<bool> bursting;                  // cloud_auto only
  bool at_least_20_gib = false;
  Tags tags;           // of class and claim, sorted by key
  Parameters context;  // handed to the node in the volume context
  // One clause for each parameter that is taken without effect, sorted: "readOnly has no effect".
  std::vector<std::string> ignored;
};

struct ParameterRules {
  std::string region;          // the driver's own; regionId can name no other
  bool strict = false;         // what would be taken without effect is refused
  bool ignores_limit = false;  // limit_bytes of a capacity range
};

// Everything that is wrong, one clause each: "parameter NAME WHY".
struct ReadParameters {
  DiskParameters disk;
  std::vector<std::string> refused;
};

// `mutable_parameters` (volume_change.h) override.
ReadParameters ReadDiskParameters(const Parameters& parameters,
                                  const Parameters& mutable_parameters, const std::string& region);

// INVALID_ARGUMENT naming everything that is wrong.
Result<DiskParameters> ParseDiskParameters(const Parameters& parameters,
                                           const Parameters& mutable_parameters,
                                           const ParameterRules& rules);

}  // namespace driver
