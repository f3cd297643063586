#pragma once
// Every change of state of a disk and a snapshot, as functions of values: no clock, no database.
// Each covers every status and refuses with the code of the action that asks.
// Source: ECS API reference, the page of the action named at each function.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/rules/quotas.h"
#include "topology/catalogue.h"

namespace cloudapi {

// ---- disks ---------------------------------------------------------------------------------

// Creating → Available, or In_use when it was made for an instance, once the image exists.
// Errors: 403 IncorrectDiskStatus otherwise.
Result<Disk> CompleteCreate(Disk disk, SysMillis now);

// What AttachDisk knows of the instance's side.
struct AttachTerms {
  const topology::InstanceType* instance_type = nullptr;  // null: not in the catalogue
  std::vector<Disk> attached;  // data disks of that instance, whatever their state
  std::string device;          // wanted device name, empty: the next free one
  std::optional<bool> delete_with_instance;
  std::vector<Instance> others;  // that a multi-attach disk is attached to already
};

// Available → Attaching. A regional disk goes to any zone of its region; an ephemeral one is with
// its first instance for good, and goes with it. A multi-attach disk may be attached to further
// instances while In_use, Attaching or Detaching elsewhere. The attachment is listed once it is
// complete. Errors: 400 IncorrectInstanceStatus, InvalidDevice.Malformed; 403 IncorrectDiskStatus,
// ResourcesNotInSameZone, InvalidParameter.DeleteWithInstance and
// InvalidOperation.OtherInstanceUnsupported (ephemeral disks), InstanceDiskLimitExceeded,
// DiskAttachedNumberExceeded, DiskNotPortable, DeleteWithInstance.Conflict, InvalidInstanceType.*,
// InvalidDevice.InUse; and of the stand-in alone OperationDenied for a disk on nodes of several
// machines.
Result<Disk> Attach(Disk disk, const Instance& instance, const AttachTerms& terms);

// The regional disk, taken from the instance that holds it: In_use → Detaching, and GoOn leads it
// to `instance`. An Available one as by Attach. Errors: 400 InvalidParameterForce.*; 403
// InvalidInstance.ZoneConflict (`instance` is in the zone of the holder), and those of Attach.
Result<Disk> AttachByForce(Disk disk, const Instance& instance, const Instance* holder,
                           const AttachTerms& terms);

// A detached disk that another instance has by force: Available → Attaching to it. As it is
// otherwise, and once that instance is gone (null). `attached` are the instance's data disks.
Disk GoOn(Disk disk, const Instance* instance, const std::vector<Disk>& attached);

// Attaching → In_use: the agent presents the device, or the clock says so for a virtual instance.
// The guest then sees the whole size. Errors: 403 IncorrectDiskStatus when that attachment is not
// Attaching.
Result<Disk> CompleteAttach(Disk disk, std::string_view instance_id, SysMillis now);

// In_use → Detaching. Errors: 404 InvalidDisk.AlreadyDetached (Available); 403 DependencyViolation
// (attached elsewhere), InvalidOperation.DiskDetachingFromThisEcs, IncorrectDiskStatus,
// IncorrectInstanceStatus, DiskTypeViolation (the system disk of a running instance),
// DeleteWithInstance.Conflict.
Result<Disk> Detach(Disk disk, const Instance& instance, std::optional<bool> delete_with_instance);

// Detaching → Available, or In_use while a multi-attach disk has other attachments.
// Errors: 403 IncorrectDiskStatus when that attachment is not Detaching.
Result<Disk> CompleteDetach(Disk disk, std::string_view instance_id, SysMillis now);

// Any attachment to that instance, in any state, becomes Detaching: the instance is deleted or
// fenced. Errors: 404 InvalidDisk.AlreadyDetached when there is none.
Result<Disk> ForceDetach(Disk disk, std::string_view instance_id);

// 403 IncorrectDiskStatus, IncorrectDiskStatus.Initializing (made from a snapshot, still loading),
// DiskCreatingSnapshot.
Result<void> CheckDelete(const Disk& disk, bool snapshot_progressing);

struct ResizeTerms {
  std::int64_t new_size_gib = 0;
  bool online = false;  // Type=online; offline otherwise
  bool snapshot_progressing = false;
  std::vector<Instance> instances;  // those that the disk is attached to
};
// Size changes at once. Online, and offline on an Available disk: the guest's size too.
// Errors: 400 InvalidParameter (below the category); 403 InvalidDiskSize.TooSmall (smaller),
// InvalidDiskSize.TooLarge (above the category), DiskCreatingSnapshot, IncorrectDiskStatus,
// IncorrectInstanceStatus, InvalidInstanceStatus.NotRunning, InvalidDiskCategory.NotSupported,
// InvalidDiskSize (equal).
Result<Disk> Resize(Disk disk, const ResizeTerms& terms, const topology::Catalogue& catalogue);

// What ModifyDiskAttribute sets; nothing stays as it is. An empty name or description clears it.
struct DiskAttributes {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<bool> delete_with_instance;
  std::optional<bool> delete_auto_snapshot;
  std::optional<bool> enable_auto_snapshot;
  std::optional<bool> bursting;
};
// Errors: 400 InvalidDiskName.Malformed, BurstingEnabledForDiskCategoryUnsupported,
// BurstingEnabledForMultiAttachDiskUnsupported, InvalidBurstingEnabled.DiskSizeTooSmall;
// 403 DeleteWithInstance.Conflict, DiskNotPortable (goes with its instance), IncorrectDiskStatus;
// 404 InvalidDescription.Malformed.
Result<Disk> ModifyAttribute(Disk disk, const DiskAttributes& attributes);

// "/dev/xvdb" … "/dev/xvdz", "/dev/xvdaa" …: the first that none of `attached` has there.
std::string NextDevice(const std::vector<Disk>& attached, std::string_view instance_id);

// The attachment to that instance or null.
const Attachment* FindAttachment(const Disk& disk, std::string_view instance_id);

// ---- snapshots -----------------------------------------------------------------------------

struct SnapshotTerms {
  bool allow_never_attached = false;
  bool snapshot_progressing = false;  // another snapshot of the disk is not finished
  std::int64_t existing = 0;          // snapshots of the disk that calls made
  Quotas quotas = {};                 // of the account
  std::vector<Instance> instances;    // those that the disk is attached to
};
// Whether a snapshot of `disk` may begin, and the snapshot: progressing, 0 %, not cut; without id,
// seq and times, name, description, tags. Errors: 403 IncorrectDiskStatus,
// IncorrectDiskStatus.NeverAttached, IncorrectDiskStatus.CreatingSnapshot, QuotaExceed.Snapshot;
// 400 IncorrectInstanceStatus, DiskCategory.OperationNotSupported (ephemeral disks).
Result<Snapshot> StartSnapshot(const Disk& disk, const SnapshotTerms& terms);

// The bytes are fixed: CreationTime is set; `instant` (the category's instant_snapshot) also makes
// it Available. Errors: 403 OperationDenied unless progressing and not cut yet (all below alike).
Result<Snapshot> CutSnapshot(Snapshot snapshot, SysMillis now, std::int64_t bytes, bool instant);
// 0..99 and never backwards; 100 comes with Accomplish.
Result<Snapshot> ProgressSnapshot(Snapshot snapshot, int percent);
// progressing → accomplished: 100 %, Available. Only once cut.
Result<Snapshot> Accomplish(Snapshot snapshot, SysMillis now);
// progressing → failed, never Available.
Result<Snapshot> FailSnapshot(Snapshot snapshot, std::string reason, SysMillis now);

// What ModifySnapshotAttribute sets; nothing stays as it is. An empty description clears it.
struct SnapshotAttributes {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::int64_t> retention_days;  // counted from the cut
};
// Errors: 400 InvalidSnapshotName.Malformed (as of CreateSnapshot),
// InvalidOperation.DecreaseRetentionDaysUnsupported, InvalidSnapshotId.NotReady (a retention before
// the cut); 404 InvalidDescription.Malformed.
Result<Snapshot> ModifySnapshot(Snapshot snapshot, const SnapshotAttributes& attributes,
                                SysMillis now);
// 2 to 128 characters as of other names, not beginning with auto. Errors: 400
// InvalidSnapshotName.Malformed.
Result<void> CheckSnapshotName(std::string_view name);

// Errors: 403 InvalidOperation.SnapshotLocked, whatever `force`,
// InvalidOperation.RelatedSnapshotNotFinished while a copy is made of it, SnapshotCreatedDisk when
// `disks` were made from it and not `force`. A progressing snapshot may be deleted: that cancels
// it.
Result<void> CheckDeleteSnapshot(const Snapshot& snapshot, std::int64_t disks, bool force);

}  // namespace cloudapi
