#pragma once
// StorageClass and VolumeAttributesClass parameters, strictly: what is unknown, malformed or has no
// effect is refused. The table in disk_parameters.cc is the list.
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
  std::vector<std::string> categories = {"cloud_essd"};  // tried in this order
  std::vector<std::string> levels;                       // of cloud_essd only; empty: its default
  std::vector<std::string> zones;                        // empty: any
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
};

// INVALID_ARGUMENT for a parameter that is unknown, malformed, without effect here, or a regionId
// other than `region`. `mutable_parameters` override.
Result<DiskParameters> ParseDiskParameters(const Parameters& parameters,
                                           const Parameters& mutable_parameters,
                                           const std::string& region);

}  // namespace driver
