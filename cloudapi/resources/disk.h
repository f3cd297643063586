#pragma once
// A disk as a value. Times are of the cloud's clock. Field meaning: ECS API reference,
// DescribeDisks.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class DiskStatus { kCreating, kAvailable, kAttaching, kInUse, kDetaching, kReIniting };
template <>
inline constexpr std::array kWords<DiskStatus> = {
    Spelling<DiskStatus>{DiskStatus::kCreating, "Creating"},
    Spelling<DiskStatus>{DiskStatus::kAvailable, "Available"},
    Spelling<DiskStatus>{DiskStatus::kAttaching, "Attaching"},
    Spelling<DiskStatus>{DiskStatus::kInUse, "In_use"},
    Spelling<DiskStatus>{DiskStatus::kDetaching, "Detaching"},
    Spelling<DiskStatus>{DiskStatus::kReIniting, "ReIniting"},
};

// Where one attachment stands; the disk's own status follows from its attachments.
enum class AttachmentState { kAttaching, kAttached, kDetaching };
template <>
inline constexpr std::array kWords<AttachmentState> = {
    Spelling<AttachmentState>{AttachmentState::kAttaching, "Attaching"},
    Spelling<AttachmentState>{AttachmentState::kAttached, "Attached"},
    Spelling<AttachmentState>{AttachmentState::kDetaching, "Detaching"},
};

// Type of a disk. The system disk is a part of its instance: made and deleted with it, without a
// device that an agent makes, and beside what the instance's type can attach.
inline constexpr std::string_view kDataDisk = "data";
inline constexpr std::string_view kSystemDisk = "system";

// What the disks of a category are bound to, by its name: a region, the instance that has them
// first, or one instance from its creation on; else a zone.
inline bool IsRegional(std::string_view category) {
  return category.starts_with("cloud_regional_disk_");
}
inline bool IsEphemeral(std::string_view category) {
  return category.starts_with("elastic_ephemeral_disk_");
}
inline bool IsLocal(std::string_view category) {
  return category.starts_with("local_") || category.starts_with("ephemeral");
}

struct Attachment {
  std::string instance_id;
  std::string device;  // "/dev/xvdb"
  AttachmentState state = AttachmentState::kAttaching;
  std::optional<SysMillis> attached_time;
  bool operator==(const Attachment&) const = default;
};

struct Disk {
  std::string id;  // "d-bp1…", 20 characters after the dash; the serial number is that part
  std::string account;
  std::string region;
  std::string zone;       // empty: a regional disk
  std::string placement;  // of a regional disk: the zones of its region, a line each
  DiskStatus status = DiskStatus::kCreating;
  std::string category;
  std::string performance_level;  // cloud_essd only
  std::int64_t size_gib = 0;
  // What the guest sees; smaller than size_gib after an offline resize of an attached disk.
  std::int64_t guest_size_gib = 0;
  std::string type{kDataDisk};
  std::string name;
  std::string description;
  bool encrypted = false;
  std::string kms_key_id;
  bool multi_attach = false;
  std::int64_t provisioned_iops = 0;
  bool bursting_enabled = false;
  bool delete_auto_snapshot = false;
  bool delete_with_instance = false;
  bool enable_auto_snapshot = true;
  std::string auto_snapshot_policy_id;  // the first of those that are applied to it
  bool portable = true;
  std::string resource_group_id;
  std::string source_snapshot_id;
  std::string storage_set_id;
  std::int64_t storage_set_partition = 0;
  std::string home_instance_id;  // of an ephemeral disk: the one that it was attached to first
  std::string forced_to;         // while Detaching: the instance that has it next by force
  std::string restoring_from;    // while ReIniting: the snapshot whose bytes it gets; empty: none
  std::string image_id;          // that a system disk was replaced with
  SysMillis creation_time{};
  std::optional<SysMillis> attached_time;
  std::optional<SysMillis> detached_time;
  bool ever_attached = false;
  std::vector<Attachment> attachments;
  std::vector<Tag> tags;        // sorted by key
  std::int64_t generation = 0;  // of the image file: "<id>.g<generation>.img"
  std::int64_t seq = 0;         // creation order within the database
  bool operator==(const Disk&) const = default;
};

inline bool IsSystem(const Disk& disk) {
  return disk.type == kSystemDisk;
}

// 20 characters after "d-": what the guest sees as virtio serial.
std::string SerialNumber(std::string_view disk_id);

// Speed as DescribeDisks reports it (IOPS and MB/s), baseline and provisioned.
// Source: ECS, block storage performance, formulas by category.
struct Speed {
  std::int64_t iops = 0;
  std::int64_t throughput = 0;
  bool operator==(const Speed&) const = default;
};
Speed SpeedOf(const std::string& category, const std::string& level, std::int64_t size_gib,
              std::int64_t provisioned_iops);

template <>
const Kind<Disk>& KindOf<Disk>();

}  // namespace cloudapi
