#pragma once
// The resources as values. Times are of the cloud's clock. Field meaning: ECS API reference,
// DescribeDisks, DescribeSnapshots, DescribeInstances.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"

namespace cloudapi {

enum class DiskStatus { kCreating, kAvailable, kAttaching, kInUse, kDetaching, kReIniting };
enum class SnapshotStatus { kProgressing, kAccomplished, kFailed };
enum class InstanceStatus { kPending, kStarting, kRunning, kStopping, kStopped };

// The API's own words: "In_use", "progressing", "Running".
std::string_view ToString(DiskStatus status);
std::string_view ToString(SnapshotStatus status);
std::string_view ToString(InstanceStatus status);
std::optional<DiskStatus> ParseDiskStatus(std::string_view text);
std::optional<SnapshotStatus> ParseSnapshotStatus(std::string_view text);
std::optional<InstanceStatus> ParseInstanceStatus(std::string_view text);

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

// Where one attachment stands; the disk's own status follows from its attachments.
enum class AttachmentState { kAttaching, kAttached, kDetaching };

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
  std::string zone;
  DiskStatus status = DiskStatus::kCreating;
  std::string category;
  std::string performance_level;  // cloud_essd only
  std::int64_t size_gib = 0;
  // What the guest sees; smaller than size_gib after an offline resize of an attached disk.
  std::int64_t guest_size_gib = 0;
  std::string type = "data";
  std::string name;
  std::string description;
  bool encrypted = false;
  std::string kms_key_id;
  bool multi_attach = false;
  std::int64_t provisioned_iops = 0;
  bool bursting_enabled = false;
  bool delete_auto_snapshot = true;
  bool delete_with_instance = false;
  bool enable_auto_snapshot = true;
  bool portable = true;
  std::string resource_group_id;
  std::string source_snapshot_id;
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

struct Snapshot {
  std::string id;  // "s-bp1…"
  std::string account;
  std::string region;
  SnapshotStatus status = SnapshotStatus::kProgressing;
  bool available = false;
  int progress = 0;  // percent
  std::string name;
  std::string description;
  std::string source_disk_id;
  std::string source_zone;
  std::int64_t source_disk_size_gib = 0;
  std::string source_disk_type = "data";
  std::string source_category;
  bool encrypted = false;
  std::string kms_key_id;
  std::int64_t retention_days = 0;  // 0: for ever
  bool instant_access = false;
  std::string resource_group_id;
  SysMillis requested_time{};              // when CreateSnapshot was called
  std::optional<SysMillis> creation_time;  // when it was cut
  std::optional<SysMillis> last_modified_time;
  std::int64_t bytes = 0;      // allocated bytes of its image once cut
  std::string usage = "none";  // "disk" while disks made from it exist
  std::string failure;         // why it failed, empty otherwise
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const Snapshot&) const = default;
};

struct Instance {
  std::string id;  // "i-bp1…"
  std::string account;
  std::string region;
  std::string zone;
  InstanceStatus status = InstanceStatus::kRunning;
  std::string type;  // "ecs.g7.xlarge"
  int cpu = 0;       // of the type, with its memory, when the instance was made
  std::int64_t memory_mib = 0;
  std::string name;
  std::string host_name;
  SysMillis creation_time{};
  // True once an agent registered for it: attachments then wait for the agent's report. A virtual
  // instance (false) completes them on the clock and has no device.
  bool has_agent = false;
  // Set when the agent could not prove that it sees the cloud's images; then nothing attaches.
  std::string agent_refusal;
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const Instance&) const = default;
};

// 20 characters after "d-": what the guest sees as virtio serial.
std::string SerialNumber(std::string_view disk_id);
// "2021-06-07T06:08:54Z" / "2021-06-07T06:08Z"
std::string FormatSeconds(SysMillis time);
std::string FormatMinutes(SysMillis time);
// Both forms; nothing when malformed.
std::optional<SysMillis> ParseTime(std::string_view text);

}  // namespace cloudapi
