#pragma once
// The cloud as the controller needs it: disks, snapshots and instances behind the public OpenAPI.
// The word here is disk; what CSI calls a volume is one disk.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/expected.h"
#include "driver/base/result.h"
#include "topology/catalogue.h"

namespace driver {

// A refused or unanswered call.
struct CloudError {
  std::string code;     // the API's error code; kNoAnswer when no well-formed answer came
  int http_status = 0;  // 0 without an answer
  std::string message;
  bool operator==(const CloudError&) const = default;
};

template <class T>
using CloudResult = base::Expected<T, CloudError>;

inline tl::unexpected<CloudError> Fail(CloudError error) {
  return tl::unexpected<CloudError>(std::move(error));
}

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
  auto operator<=>(const Tag&) const = default;
};
using Tags = std::vector<Tag>;

// The value of a tag, nullopt when absent.
std::optional<std::string> FindTag(const Tags& tags, std::string_view key);

enum class DiskStatus { kCreating, kAvailable, kAttaching, kInUse, kDetaching, kReIniting, kOther };

// The API's own word: "In_use".
std::string_view ToString(DiskStatus status);
DiskStatus ParseDiskStatus(std::string_view word);

struct Disk {
  std::string id;
  DiskStatus status = DiskStatus::kOther;
  std::string zone;  // empty for a regional disk
  std::string region;
  std::string category;
  std::string performance_level;
  std::int64_t size_gib = 0;
  std::string serial;       // what the node finds the device by
  std::string snapshot_id;  // the snapshot it was made from, empty for a blank one
  bool encrypted = false;
  std::string kms_key_id;
  bool multi_attach = false;
  std::int64_t provisioned_iops = 0;
  bool bursting = false;
  std::string resource_group_id;
  std::string storage_cluster_id;
  std::string type;  // "data" or "system"
  // Instance ids, each from the completion of its attachment until its end, Detaching included.
  std::vector<std::string> attached_to;
  bool detached_before = false;  // a DetachedTime is known
  Tags tags;
  bool operator==(const Disk&) const = default;
};

// What CreateDisk is asked for; empty and absent members are not sent.
struct DiskSpec {
  std::string zone;
  std::string category;
  std::string performance_level;
  std::int64_t size_gib = 0;
  std::string snapshot_id;
  std::string name;
  bool encrypted = false;
  std::string kms_key_id;
  bool multi_attach = false;
  std::optional<std::int64_t> provisioned_iops;
  std::optional<bool> bursting;
  std::string resource_group_id;
  std::string storage_cluster_id;
  Tags tags;
  std::string client_token;
  bool operator==(const DiskSpec&) const = default;
};

// Every given member must match. Ids that do not exist are silently missing from the answer.
struct DiskQuery {
  std::vector<std::string> ids;  // at most 100
  std::string zone;
  std::string instance_id;    // attached to it
  std::string type = "data";  // a system disk is no volume; empty: both
  Tags tags;
  int max_results = 0;  // 0: the service's default; a page has at least 10
  std::string next_token;
};

struct DiskPage {
  std::vector<Disk> disks;
  std::string next_token;  // empty on the last page
};

struct Attachment {
  std::string disk_id;
  std::string instance_id;
};

struct Resize {
  std::string disk_id;
  std::int64_t size_gib = 0;
  bool online = false;
};

// What ModifyDiskAttribute can change here; absent: unchanged.
struct DiskAttributes {
  std::optional<std::string> name;
  std::optional<bool> bursting;
};

enum class SnapshotStatus { kProgressing, kAccomplished, kFailed };

struct Snapshot {
  std::string id;
  std::string name;
  std::string disk_id;
  std::int64_t disk_size_gib = 0;
  std::optional<std::chrono::sys_seconds> cut_at;  // nullopt until the content is fixed
  SnapshotStatus status = SnapshotStatus::kProgressing;
  bool available = false;           // disks can be made from it
  std::int64_t retention_days = 0;  // 0: kept for ever
  std::string group_id;             // that it is a member of; empty: none
  Tags tags;
  bool operator==(const Snapshot&) const = default;
};

struct SnapshotSpec {
  std::string disk_id;
  std::string name;
  std::string description;
  std::optional<std::int64_t> retention_days;
  std::string resource_group_id;
  Tags tags;
  std::string client_token;
};

// Snapshots of several disks at one moment.
struct SnapshotGroup {
  struct Member {
    std::string snapshot_id;
    std::string disk_id;
    bool operator==(const Member&) const = default;
  };
  std::string id;
  std::string name;
  SnapshotStatus status = SnapshotStatus::kProgressing;
  std::vector<Member> members;
  Tags tags;
  bool operator==(const SnapshotGroup&) const = default;
};

struct SnapshotGroupSpec {
  std::vector<std::string> disk_ids;  // at most 16, of one zone
  std::string name;
  std::string resource_group_id;
  Tags tags;
  std::string client_token;
};

// Every given member must match.
struct SnapshotGroupQuery {
  std::string id;
  Tags tags;
};

// What ModifyDiskSpec is asked for; empty members stay as they are.
struct SpecChange {
  std::string disk_id;
  std::string category;
  std::string level;
  std::optional<std::int64_t> provisioned_iops;
  bool dry_run = false;  // the answer is a refusal, DryRunOperation where the change could be made
  bool operator==(const SpecChange&) const = default;
};

enum class CloudTaskStatus { kProcessing, kFinished, kFailed };

struct CloudTask {
  std::string id;
  CloudTaskStatus status = CloudTaskStatus::kProcessing;
};

// Changes of specification: the one of this id, or those of the disk.
struct TaskQuery {
  std::string id;
  std::string disk_id;
  bool under_way = false;  // those alone
};

struct SnapshotQuery {
  std::vector<std::string> ids;  // at most 100
  std::string disk_id;
  Tags tags;
  int max_results = 0;  // 0: the service's default; a page has 10 to 100
  std::string next_token;
};

struct SnapshotPage {
  std::vector<Snapshot> snapshots;
  std::string next_token;
};

struct Instance {
  std::string id;
  std::string zone;
  std::string type;
  std::string status;
  bool operator==(const Instance&) const = default;
};

struct InstanceType {
  std::string name;
  int disk_quantity = 0;  // attachable data disks
};

// One region of one account. Thread-safe. No retries here; the caller decides.
class Cloud {
 public:
  virtual ~Cloud() = default;
  // The region that every call is about.
  virtual std::string Region() const = 0;

  virtual CloudResult<std::string> CreateDisk(const DiskSpec& spec) = 0;  // returns the disk id
  virtual CloudResult<DiskPage> DescribeDisks(const DiskQuery& query) = 0;
  virtual CloudResult<void> AttachDisk(const Attachment& attachment) = 0;
  virtual CloudResult<void> DetachDisk(const Attachment& attachment) = 0;
  virtual CloudResult<void> DeleteDisk(const std::string& disk_id) = 0;
  virtual CloudResult<void> ResizeDisk(const Resize& resize) = 0;
  virtual CloudResult<void> ModifyDiskAttribute(const std::string& disk_id,
                                                const DiskAttributes& attributes) = 0;

  // Begins the change. Returns the id of its task.
  virtual CloudResult<std::string> ModifyDiskSpec(const SpecChange& change) = 0;
  // Newest first.
  virtual CloudResult<std::vector<CloudTask>> DescribeTasks(const TaskQuery& query) = 0;

  virtual CloudResult<std::string> CreateSnapshot(const SnapshotSpec& spec) = 0;  // its id
  virtual CloudResult<SnapshotPage> DescribeSnapshots(const SnapshotQuery& query) = 0;
  virtual CloudResult<void> DeleteSnapshot(const std::string& snapshot_id) = 0;

  virtual CloudResult<std::string> CreateSnapshotGroup(
      const SnapshotGroupSpec& spec) = 0;  // its id
  // At most 100.
  virtual CloudResult<std::vector<SnapshotGroup>> DescribeSnapshotGroups(
      const SnapshotGroupQuery& query) = 0;
  // With its members. The refusal of a member that stays is that of the call: the group stays, too.
  virtual CloudResult<void> DeleteSnapshotGroup(const std::string& group_id) = 0;

  // Instances that do not exist are silently missing. At most 100 ids.
  virtual CloudResult<std::vector<Instance>> DescribeInstances(
      const std::vector<std::string>& ids) = 0;
  virtual CloudResult<std::vector<InstanceType>> DescribeInstanceTypes(
      const std::vector<std::string>& names) = 0;
  // Which disk categories the region's zones sell, with their sizes.
  virtual CloudResult<topology::Catalogue> DescribeAvailableResource() = 0;
  // The categories that an instance of this type takes as data disks in this zone, sold out ones
  // and those of the whole region included.
  virtual CloudResult<std::vector<std::string>> DescribeDiskCategories(
      const std::string& instance_type, const std::string& zone) = 0;

  virtual CloudResult<void> TagDisk(const std::string& disk_id, const Tags& tags) = 0;
  virtual CloudResult<void> UntagDisk(const std::string& disk_id,
                                      const std::vector<std::string>& keys) = 0;
};

}  // namespace driver
