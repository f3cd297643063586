#pragma once
// A cloud in memory that keeps state and refuses what the real one refuses, and more: every
// transition takes time, foreign zones, never-attached disks, reused tokens and stale states are
// errors.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "driver/base/clock.h"
#include "driver/cloud/cloud.h"

namespace driver {

// How long each transition takes on the clock.
struct FakeDelays {
  Duration create = std::chrono::milliseconds(200);
  Duration attach = std::chrono::milliseconds(200);
  Duration detach = std::chrono::milliseconds(200);
  Duration cut = std::chrono::milliseconds(200);
  Duration available = std::chrono::seconds(3);  // after the cut
  Duration spec = std::chrono::seconds(2);       // of a change of specification
};

// Zones cn-hangzhou-b, -d and -e that sell cloud_essd, cloud_ssd, cloud_efficiency and cloud_auto;
// -e sells cloud_efficiency only. One type of instances, ecs.g7.xlarge, which takes no cloud_auto.
topology::Catalogue FakeCatalogue();

// Thread-safe.
class FakeCloud : public Cloud {
 public:
  explicit FakeCloud(Clock& clock, FakeDelays delays = {},
                     topology::Catalogue catalogue = FakeCatalogue());

  // With its system disk, which goes with it.
  void AddInstance(Instance instance, int disk_quantity = 16) ABSL_LOCKS_EXCLUDED(mutex_);
  void RemoveInstance(const std::string& id) ABSL_LOCKS_EXCLUDED(mutex_);
  // Sold out from now on, or back again.
  void SetStock(const std::string& zone, const std::string& category, bool in_stock)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The snapshot fails instead of becoming available.
  void FailSnapshot(const std::string& id) ABSL_LOCKS_EXCLUDED(mutex_);
  // The service forgets tokens after a day.
  void ForgetTokens() ABSL_LOCKS_EXCLUDED(mutex_);
  // Everything that exists now, without the system disks.
  std::vector<Disk> Disks() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Snapshot> Snapshots() ABSL_LOCKS_EXCLUDED(mutex_);
  // The change under way fails.
  void FailTask(const std::string& id) ABSL_LOCKS_EXCLUDED(mutex_);
  // How often disks were really created, deleted ones included.
  int CreatedDisks() ABSL_LOCKS_EXCLUDED(mutex_);

  std::string Region() const override { return "cn-hangzhou"; }
  CloudResult<std::string> CreateDisk(const DiskSpec& spec) override;
  CloudResult<DiskPage> DescribeDisks(const DiskQuery& query) override;
  CloudResult<void> AttachDisk(const Attachment& attachment) override;
  CloudResult<void> DetachDisk(const Attachment& attachment) override;
  CloudResult<void> DeleteDisk(const std::string& disk_id) override;
  CloudResult<void> ResizeDisk(const Resize& resize) override;
  CloudResult<void> ModifyDiskAttribute(const std::string& disk_id,
                                        const DiskAttributes& attributes) override;
  CloudResult<std::string> ModifyDiskSpec(const SpecChange& change) override;
  CloudResult<std::vector<CloudTask>> DescribeTasks(const TaskQuery& query) override;
  CloudResult<std::string> CreateSnapshot(const SnapshotSpec& spec) override;
  CloudResult<SnapshotPage> DescribeSnapshots(const SnapshotQuery& query) override;
  CloudResult<void> DeleteSnapshot(const std::string& snapshot_id) override;
  CloudResult<std::string> CreateSnapshotGroup(const SnapshotGroupSpec& spec) override;
  CloudResult<std::vector<SnapshotGroup>> DescribeSnapshotGroups(
      const SnapshotGroupQuery& query) override;
  CloudResult<void> DeleteSnapshotGroup(const std::string& group_id) override;
  CloudResult<std::vector<Instance>> DescribeInstances(
      const std::vector<std::string>& ids) override;
  CloudResult<std::vector<InstanceType>> DescribeInstanceTypes(
      const std::vector<std::string>& names) override;
  CloudResult<topology::Catalogue> DescribeAvailableResource() override;
  CloudResult<std::vector<std::string>> DescribeDiskCategories(const std::string& instance_type,
                                                               const std::string& zone) override;
  CloudResult<void> TagDisk(const std::string& disk_id, const Tags& tags) override;
  CloudResult<void> UntagDisk(const std::string& disk_id,
                              const std::vector<std::string>& keys) override;

 private:
  enum class AttachmentState { kAttaching, kAttached, kDetaching };
  struct AttachmentRow {
    std::string instance;
    AttachmentState state = AttachmentState::kAttaching;
    Instant due;  // of the transition under way
  };
  struct DiskRow {
    Disk disk;  // its status and attached_to as the service tells them
    std::string name;
    bool ever_attached = false;
    Instant created_due;
    std::vector<AttachmentRow> attachments;
  };
  struct SnapshotRow {
    Snapshot snapshot;
    Instant cut_due;
    Instant available_due;
    bool fails = false;
  };
  struct TaskRow {
    CloudTask task;
    SpecChange change;
    Instant due;
    bool fails = false;
  };
  struct InstanceRow {
    Instance instance;
    int disk_quantity = 0;
  };
  struct Token {
    std::string request;  // its parameters
    std::string id;
  };

  // Completes the transitions that are due.
  void Settle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SettleDisk(DiskRow& row, Instant now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SettleTask(TaskRow& row, Instant now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What the service tells of the attachments: the status that the most usable one decides, and the
  // instances, each from the completion of its attachment until its end.
  static void TellAttachments(DiskRow& row);
  static AttachmentRow* FindAttachment(DiskRow& row, const std::string& instance);
  CloudResult<DiskRow*> FindRow(const std::string& disk_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CloudResult<void> CheckSpec(const DiskSpec& spec) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CloudResult<void> CheckSize(const DiskSpec& spec) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CloudResult<void> CheckChange(const SpecChange& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CloudResult<void> CheckAttach(DiskRow& row, const Attachment& attachment)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The id remembered under the token, empty when new; a refusal for other parameters.
  // `kind`: "disk", "snapshot" or "group"; tokens are per action.
  CloudResult<std::string> Replay(const std::string& kind, const std::string& token,
                                  const std::string& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether a snapshot of the disk may begin.
  CloudResult<void> CheckSnapshot(const std::string& disk_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CloudResult<void> CheckGroup(const SnapshotGroupSpec& spec) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Stores a snapshot that begins now; returns its id.
  std::string AddSnapshot(Snapshot snapshot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // As its snapshots are at this moment; without members it is gone.
  SnapshotGroup GroupNow(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasSnapshotUnderWay(const std::string& disk_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string NextId(const char* prefix) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock& clock_;
  const FakeDelays delays_;
  absl::Mutex mutex_;
  topology::Catalogue catalogue_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, DiskRow> disks_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, SnapshotRow> snapshots_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, SnapshotGroup> groups_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, TaskRow> tasks_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, InstanceRow> instances_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Token> tokens_ ABSL_GUARDED_BY(mutex_);
  int last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  int created_disks_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace driver
