#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

std::vector<Fact> StatusFacts(const Snapshot& snapshot) {
  return {{"snapshot.status", std::string(WordOf(snapshot.status))},
          {"snapshot.progress", std::to_string(snapshot.progress)}};
}

// A step that the snapshot has already passed or can no longer take.
tl::unexpected<ApiError> OutOfOrder(const Snapshot& snapshot, std::string_view step) {
  return Refuse(403, "OperationDenied", "snapshot.order",
                fmt::format("Snapshot {} is {} at {} %{} and cannot be {}.", snapshot.id,
                            WordOf(snapshot.status), snapshot.progress,
                            snapshot.creation_time ? ", cut" : ", not cut", step),
                StatusFacts(snapshot));
}

Result<void> CheckSource(const Disk& disk, const SnapshotTerms& terms) {
  if (disk.status != DiskStatus::kInUse && disk.status != DiskStatus::kAvailable) {
    return Refuse(
        403, "IncorrectDiskStatus", "snapshot.disk-status",
        fmt::format("Disk {} is {}, it must be In_use or Available.", disk.id, WordOf(disk.status)),
        {{"disk.status", std::string(WordOf(disk.status))}});
  }
  if (!disk.ever_attached && !terms.allow_never_attached) {
    return Refuse(403, "IncorrectDiskStatus.NeverAttached", "snapshot.ever-attached",
                  fmt::format("Disk {} is {} and was never attached to an instance.", disk.id,
                              WordOf(disk.status)));
  }
  for (const Instance& instance : terms.instances) {
    if (instance.status == InstanceStatus::kRunning ||
        instance.status == InstanceStatus::kStopped) {
      continue;
    }
    return Refuse(400, "IncorrectInstanceStatus", "snapshot.instance-status",
                  fmt::format("Disk {} is attached to instance {}, which is {}.", disk.id,
                              instance.id, WordOf(instance.status)),
                  {{"instance.status", std::string(WordOf(instance.status))}});
  }
  return {};
}

}  // namespace

Result<Snapshot> StartSnapshot(const Disk& disk, const SnapshotTerms& terms) {
  if (IsEphemeral(disk.category)) {
    return Refuse(
        400, "DiskCategory.OperationNotSupported", "snapshot.category",
        fmt::format("Disk {} is {}, of which there are no snapshots.", disk.id, disk.category),
        {{"disk.category", disk.category}});
  }
  if (auto source = CheckSource(disk, terms); !source) return Fail(source.error());
  if (terms.snapshot_progressing) {
    return Refuse(403, "IncorrectDiskStatus.CreatingSnapshot", "snapshot.one-at-a-time",
                  fmt::format("Another snapshot of disk {} is progressing.", disk.id));
  }
  if (auto room = terms.quotas.Check(Quota::kSnapshotsPerDisk, terms.existing, 1); !room)
    return Fail(room.error());
  return Snapshot{.account = disk.account,
                  .region = disk.region,
                  .status = SnapshotStatus::kProgressing,
                  .source_disk_id = disk.id,
                  .source_zone = disk.zone,
                  .source_disk_size_gib = disk.size_gib,
                  .source_disk_type = disk.type,
                  .source_category = disk.category,
                  .encrypted = disk.encrypted,
                  .kms_key_id = disk.kms_key_id};
}

Result<Snapshot> CutSnapshot(Snapshot snapshot, SysMillis now, std::int64_t bytes, bool instant) {
  if (snapshot.status != SnapshotStatus::kProgressing || snapshot.creation_time) {
    return OutOfOrder(snapshot, "cut");
  }
  snapshot.creation_time = now;
  snapshot.last_modified_time = now;
  snapshot.bytes = bytes;
  snapshot.available = instant;
  return snapshot;
}

Result<Snapshot> ProgressSnapshot(Snapshot snapshot, int percent) {
  if (snapshot.status != SnapshotStatus::kProgressing) return OutOfOrder(snapshot, "progressed");
  snapshot.progress = std::max(snapshot.progress, std::clamp(percent, 0, 99));
  return snapshot;
}

Result<Snapshot> Accomplish(Snapshot snapshot, SysMillis now) {
  if (snapshot.status != SnapshotStatus::kProgressing || !snapshot.creation_time) {
    return OutOfOrder(snapshot, "accomplished");
  }
  snapshot.status = SnapshotStatus::kAccomplished;
  snapshot.progress = 100;
  snapshot.available = true;
  snapshot.last_modified_time = now;
  return snapshot;
}

Result<Snapshot> FailSnapshot(Snapshot snapshot, std::string reason, SysMillis now) {
  if (snapshot.status != SnapshotStatus::kProgressing) return OutOfOrder(snapshot, "failed");
  snapshot.status = SnapshotStatus::kFailed;
  snapshot.available = false;
  snapshot.failure = std::move(reason);
  snapshot.last_modified_time = now;
  return snapshot;
}

Result<void> CheckDeleteSnapshot(const Snapshot& snapshot, std::int64_t disks, bool force) {
  if (IsLocked(snapshot)) {
    return Refuse(403, "InvalidOperation.SnapshotLocked", "delete-snapshot.lock",
                  fmt::format("Snapshot {} is locked ({}) and cannot be deleted.", snapshot.id,
                              WordOf(snapshot.lock_status)),
                  {{"snapshot.lock", std::string(WordOf(snapshot.lock_status))}});
  }
  if (snapshot.copies_under_way > 0) {
    return Refuse(
        403, "InvalidOperation.RelatedSnapshotNotFinished", "delete-snapshot.copies",
        fmt::format("A copy of snapshot {} in another region is not finished.", snapshot.id),
        {{"snapshot", snapshot.id}});
  }
  if (disks == 0 || force) return {};
  return Refuse(403, "SnapshotCreatedDisk", "delete-snapshot.disks",
                fmt::format("{} disks were made from snapshot {}, which is {}; Force=true deletes "
                            "it all the same.",
                            disks, snapshot.id, WordOf(snapshot.status)),
                {{"disks", std::to_string(disks)}});
}

}  // namespace cloudapi
