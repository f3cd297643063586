#include "cloudapi/rules/disk_reset.h"

#include <fmt/format.h>

namespace cloudapi {
namespace {

std::vector<Fact> FactsOf(const Disk& disk) {
  return {{"disk.status", std::string(WordOf(disk.status))}};
}

tl::unexpected<ApiError> WrongStatus(const Disk& disk, std::string_view wanted) {
  return Refuse(403, "IncorrectDiskStatus", "reset.disk-status",
                fmt::format("Disk {} is {}, it must be {}.", disk.id, WordOf(disk.status), wanted),
                FactsOf(disk));
}

// Nothing may write to the disk while it gets other bytes, and no node's device is taken away.
Result<void> CheckInstances(const Disk& disk, const std::vector<Instance>& instances) {
  for (const Instance& instance : instances) {
    if (instance.has_agent) {
      return Refuse(
          403, "OperationDenied", "reset.node",
          fmt::format("Disk {} is attached to {}, a node: detach it first.", disk.id, instance.id),
          {{"instance", instance.id}});
    }
    if (instance.status == InstanceStatus::kStopped) continue;
    return Refuse(
        403, "IncorrectInstanceStatus", "reset.instance-status",
        fmt::format("Disk {} is attached to instance {}, which is {} and must be Stopped.", disk.id,
                    instance.id, WordOf(instance.status)),
        {{"instance.status", std::string(WordOf(instance.status))}});
  }
  return {};
}

Disk ReIniting(Disk disk, std::string from) {
  disk.status = DiskStatus::kReIniting;
  disk.restoring_from = std::move(from);
  return disk;
}

}  // namespace

Result<Disk> ReInit(Disk disk, const Snapshot* source, const ResetTerms& terms) {
  if (disk.multi_attach) {
    return Refuse(403, "InvalidOperation.MultiAttachDisk", "reinit.multi-attach",
                  fmt::format("Disk {} is multi-attach and cannot be initialised again.", disk.id));
  }
  if (disk.status != DiskStatus::kInUse) return WrongStatus(disk, "In_use");
  if (auto stopped = CheckInstances(disk, terms.instances); !stopped) return Fail(stopped.error());
  if (terms.snapshot_progressing) {
    return Refuse(403, "DiskCreatingSnapshot", "reinit.snapshot",
                  fmt::format("A snapshot of disk {} is progressing.", disk.id));
  }
  if (!disk.source_snapshot_id.empty() && source == nullptr) {
    return Refuse(403, "InvalidSourceSnapshot", "reinit.source",
                  fmt::format("Disk {} was made from snapshot {}, which is gone.", disk.id,
                              disk.source_snapshot_id),
                  {{"snapshot", disk.source_snapshot_id}});
  }
  std::string from = disk.source_snapshot_id;
  return ReIniting(std::move(disk), std::move(from));
}

Result<Disk> Reset(Disk disk, const Snapshot& snapshot, const ResetTerms& terms) {
  if (snapshot.source_disk_id != disk.id || snapshot.region != disk.region) {
    return Refuse(403, "InvalidParameter.Mismatch", "reset.own-snapshot",
                  fmt::format("Snapshot {} is of disk {}, not of {}.", snapshot.id,
                              snapshot.source_disk_id, disk.id),
                  {{"snapshot.disk", snapshot.source_disk_id}});
  }
  if (disk.status == DiskStatus::kReIniting) {
    return Refuse(403, "InvalidOperation.DiskResetInProgress", "reset.once",
                  fmt::format("Disk {} is being reset already.", disk.id), FactsOf(disk));
  }
  if (disk.status != DiskStatus::kInUse && disk.status != DiskStatus::kAvailable)
    return WrongStatus(disk, "In_use or Available");
  if (auto stopped = CheckInstances(disk, terms.instances); !stopped) return Fail(stopped.error());
  if (snapshot.status != SnapshotStatus::kAccomplished) {
    return Refuse(403, "InvalidSnapshotId.NotReady", "reset.snapshot-status",
                  fmt::format("Snapshot {} is {}, it must be accomplished.", snapshot.id,
                              WordOf(snapshot.status)),
                  {{"snapshot.status", std::string(WordOf(snapshot.status))}});
  }
  if (terms.snapshot_progressing) {
    return Refuse(403, "IncorrectDiskStatus.HasUnfinishedSnapshot", "reset.unfinished-snapshot",
                  fmt::format("A snapshot of disk {} is progressing.", disk.id));
  }
  return ReIniting(std::move(disk), snapshot.id);
}

Result<Disk> CompleteReset(Disk disk) {
  if (disk.status != DiskStatus::kReIniting) return WrongStatus(disk, "ReIniting");
  disk.status = disk.attachments.empty() ? DiskStatus::kAvailable : DiskStatus::kInUse;
  disk.restoring_from.clear();
  ++disk.generation;
  return disk;
}

}  // namespace cloudapi
