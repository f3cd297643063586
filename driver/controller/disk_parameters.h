#pragma once
// StorageClass and VolumeAttributesClass parameters, strictly: what is unknown, malformed or has no
// effect is refused. The table in disk_parameters.cc is the list.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"

namespace driver {

using Parameters = std::map<std::string, std::string>;

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

// Of a VolumeAttributesClass, on an existing volume.
struct VolumeChange {
  // What cannot be changed here, and so must be what the disk has: a class that a volume was made
  // with can be returned to. Any of the members will do; empty: not said.
  std::vector<std::string> categories;
  std::vector<std::string> levels;
  std::optional<std::int64_t> provisioned_iops;
  std::optional<bool> bursting;
  Tags set_tags;
  std::vector<std::string> removed_tags;
};

// INVALID_ARGUMENT for a parameter that is unknown, malformed, without effect here, or a regionId
// other than `region`. `mutable_parameters` override.
Result<DiskParameters> ParseDiskParameters(const Parameters& parameters,
                                           const Parameters& mutable_parameters,
                                           const std::string& region);

// INVALID_ARGUMENT for a key that is malformed, unknown or of new volumes only.
Result<VolumeChange> ParseVolumeChange(const Parameters& mutable_parameters);

// Tags that the driver itself writes; users cannot set or remove them.
bool IsOwnTag(std::string_view key);

// A whole number without sign, INVALID_ARGUMENT otherwise.
Result<std::int64_t> ParseCount(const std::string& name, const std::string& text);

// Adds a tag of the user after checking the rules for keys and values.
Result<void> AddUserTag(Tags& tags, const std::string& key, const std::string& value);

}  // namespace driver
