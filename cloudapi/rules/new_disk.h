#pragma once
// What CreateDisk makes of its parameters: a pure function of them, the catalogue and the snapshot.
// Source: ECS API reference, CreateDisk; disk categories.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "topology/catalogue.h"

namespace cloudapi {

// The parameters, typed. Nothing means "not given".
struct DiskRequest {
  std::string region;
  std::string zone;
  std::string category;  // empty: "cloud"
  std::string performance_level;
  std::optional<std::int64_t> size_gib;
  std::string name;
  std::string description;
  std::optional<bool> encrypted;
  std::string kms_key_id;
  std::string default_key;   // of an account that encrypts every disk in the region; empty: none
  std::string multi_attach;  // "", "Enabled", "Disabled"
  std::optional<std::int64_t> provisioned_iops;
  std::optional<bool> bursting;
  std::string storage_set_id;
  std::optional<std::int64_t> storage_set_partition;
  std::string resource_group_id;
  std::vector<Tag> tags;
};

// The disk in state Creating, without id, account, seq and times. `snapshot` is null unless the
// disk is made from one. Every error row of CreateDisk that needs no look into the store.
Result<Disk> NewDisk(const DiskRequest& request, const topology::Catalogue& catalogue,
                     const Snapshot* snapshot);

// What an instance is made with: a disk of type system, attached at /dev/xvda, in state Creating;
// without id, seq and times. 40 GiB, as the service's default, of cloud_essd where the instance's
// type and zone have it, else of a category that they have. Source: ECS API reference,
// RunInstances, SystemDisk.
Disk NewSystemDisk(const Instance& instance, const topology::Catalogue& catalogue);

// What an instance's maker asks of its system disk. Nothing means "not given".
struct SystemDiskTerms {
  std::string category;
  std::string performance_level;
  std::optional<std::int64_t> size_gib;
  std::string name;
  std::string description;
  std::string image_id;
  std::string snapshot_id;     // of a custom image, whose bytes it gets
  std::int64_t image_gib = 0;  // the least size that the image takes
  bool encrypted = false;
  std::string kms_key_id;
  std::int64_t provisioned_iops = 0;
  bool bursting = false;
  std::vector<Tag> tags;
};
// That disk, else as NewSystemDisk. Errors: 400 InvalidSystemDiskCategory.ValueNotSupported,
// InvalidPerformanceLevel.Malformed, InvalidSystemDiskSize.ValueNotSupported,
// InvalidSystemDiskSize.LessThanImageSize, InvalidParameter.EncryptedIllegal, those of
// disk_tuning.h, InvalidDiskName.Malformed, InvalidDescription.Malformed; 403
// OperationDenied.NoStock (sold out).
Result<Disk> NewSystemDisk(const Instance& instance, const SystemDiskTerms& terms,
                           const topology::Catalogue& catalogue);

// What a system disk is replaced with: one of the category, level and name of the present one, with
// another id, image and size; in state Creating, without id, seq and times.
struct SystemDiskRequest {
  std::string image_id;
  std::string snapshot_id;               // of a custom image, whose bytes it gets
  std::int64_t image_gib = 0;            // the least size that the image takes
  std::optional<std::int64_t> size_gib;  // nullopt: that of the present one
  bool encrypted = false;
  std::string kms_key_id;
};
// Errors: 400 MissingParameter (no image), InvalidSystemDiskSize.ValueNotSupported,
// InvalidSystemDiskSize.LessThanImageSize,
// InvalidParameter.EncryptedIllegal (a key without encryption); 403 IncorrectDiskStatus,
// DiskCreatingSnapshot.
Result<Disk> ReplacementOf(const Disk& present, const SystemDiskRequest& request,
                           bool snapshot_progressing, const topology::Catalogue& catalogue);

// The sizes of a system disk whose category, at its level, has data disks of those sizes.
// Source: ECS disk categories.
topology::SizeRange SystemSizes(std::string_view category, topology::SizeRange data);

// Whether `size_gib` is sold for that category and level.
// Errors, by category: 403 InvalidDiskSize.NotSupported (cloud, cloud_efficiency, cloud_ssd),
// 403 OperationDenied.PerformanceLevelNotMatch (cloud_essd below the level's minimum),
// 403 InvalidDataDiskSize.ValueNotSupported (all other cases).
Result<void> CheckSize(const topology::Catalogue& catalogue, const std::string& category,
                       const std::string& level, std::int64_t size_gib);

}  // namespace cloudapi
