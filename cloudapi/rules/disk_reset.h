#pragma once
// A disk that gets other bytes, as functions of values: no clock, no database.
// Source: ECS API reference, ReInitDisk, ResetDisk.
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

struct ResetTerms {
  bool snapshot_progressing = false;
  std::vector<Instance> instances;  // those that the disk is attached to
};

// In_use → ReIniting: to the bytes that it was made of. `source` is the snapshot that the disk was
// made from, null when that is gone. Errors: 403 InvalidOperation.MultiAttachDisk,
// IncorrectDiskStatus, IncorrectInstanceStatus (each must be Stopped), OperationDenied (on a node),
// DiskCreatingSnapshot, InvalidSourceSnapshot.
Result<Disk> ReInit(Disk disk, const Snapshot* source, const ResetTerms& terms);

// In_use or Available → ReIniting: to the bytes of one of its own snapshots. Errors: 403
// InvalidParameter.Mismatch, InvalidSnapshotId.NotReady, InvalidOperation.DiskResetInProgress,
// IncorrectDiskStatus, IncorrectInstanceStatus, OperationDenied (on a node),
// IncorrectDiskStatus.HasUnfinishedSnapshot.
Result<Disk> Reset(Disk disk, const Snapshot& snapshot, const ResetTerms& terms);

// ReIniting → In_use, or Available without an instance, with the next image.
// Errors: 403 IncorrectDiskStatus otherwise.
Result<Disk> CompleteReset(Disk disk);

}  // namespace cloudapi
