#include "cloudapi/actions/release.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/rules/snapshot_group.h"
#include "cloudapi/rules/snapshot_lock.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

// A snapshot whose last disk goes away is used by none.
void ReleaseSource(Tx& tx, const Disk& disk) {
  if (disk.source_snapshot_id.empty()) return;
  auto source = tx.Find<Snapshot>(disk.account, disk.region, disk.source_snapshot_id);
  if (!source || tx.CountDisksOf(*source) > 0) return;
  source->usage = "none";
  tx.Put(*source);
}

// Its row, and the policy's number of disks; without any the policy does not fire.
void EraseLink(Tx& tx, const PolicyDisk& link) {
  tx.Erase(link);
  auto policy = tx.Find<SnapshotPolicy>(link.account, link.region, link.policy_id);
  if (!policy) return;
  --policy->disks;
  tx.Put(*policy);
  if (policy->disks == 0) tx.Unschedule(*policy);
}

}  // namespace

void LetSourceGo(Tx& tx, const Snapshot& copy) {
  auto source = tx.Find<Snapshot>(copy.account, copy.source_region, copy.source_snapshot_id);
  if (!source || source->copies_under_way == 0) return;
  --source->copies_under_way;
  tx.Put(*source);
}

Result<void> CheckRelease(Tx& tx, const Snapshot& snapshot, bool force) {
  if (tx.CountDisksOf(snapshot, true) > 0) {
    return Refuse(403, "Operation.Conflict", "delete-snapshot.filling",
                  fmt::format("A disk is being filled from snapshot {}.", snapshot.id),
                  {{"snapshot", snapshot.id}});
  }
  return CheckDeleteSnapshot(AgeLock(snapshot, tx.Now()), tx.CountDisksOf(snapshot), force);
}

void SettleGroup(Tx& tx, const Snapshot& member) {
  if (member.group_id.empty()) return;
  auto group = tx.Find<SnapshotGroup>(member.account, member.region, member.group_id);
  if (!group) return;
  const std::vector<Snapshot> members = tx.SnapshotsOf(*group);
  if (members.empty()) {
    tx.Unschedule(*group);
    tx.Erase(*group);
    return;
  }
  const SnapshotGroupStatus status = StatusOfGroup(members);
  if (status == group->status) return;
  group->status = status;
  tx.Put(*group);
}

void ReleaseSnapshot(Tx& tx, const Snapshot& snapshot) {
  const bool under_way = snapshot.status == SnapshotStatus::kProgressing;
  if (under_way && !snapshot.source_snapshot_id.empty()) LetSourceGo(tx, snapshot);
  tx.Unschedule(snapshot);
  tx.Erase(snapshot);
  tx.Schedule(snapshot, Step::kSnapshotUnlink);
  SettleGroup(tx, snapshot);
}

void ReleaseDisk(Tx& tx, const Disk& disk) {
  if (disk.delete_auto_snapshot) {
    for (const Snapshot& snapshot : tx.SnapshotsOf(disk)) {
      const bool goes = snapshot.type == SnapshotType::kAuto && snapshot.copies_under_way == 0 &&
                        !IsLocked(snapshot);
      if (goes) ReleaseSnapshot(tx, snapshot);
    }
  }
  if (!disk.auto_snapshot_policy_id.empty()) {
    for (const PolicyDisk& link : tx.PoliciesOf(disk)) EraseLink(tx, link);
  }
  tx.Unschedule(disk);
  tx.Erase(disk);
  ReleaseSource(tx, disk);
  tx.Schedule(disk, Step::kDiskUnlink, {}, {.generation = disk.generation});
}

void LinkPolicy(Tx& tx, const std::string& policy_id, const Disk& disk) {
  tx.Put(PolicyDisk{.id = fmt::format("{}/{}", policy_id, disk.id),
                    .account = disk.account,
                    .region = disk.region,
                    .policy_id = policy_id,
                    .disk_id = disk.id,
                    .seq = tx.NextSeq()});
  if (disk.auto_snapshot_policy_id.empty()) {
    Disk next = disk;
    next.auto_snapshot_policy_id = policy_id;
    tx.Put(next);
  }
  auto policy = tx.Find<SnapshotPolicy>(disk.account, disk.region, policy_id);
  if (!policy) return;
  ++policy->disks;
  tx.Put(*policy);
  if (policy->disks == 1) ScheduleFiring(tx, *policy);
}

void UnlinkPolicy(Tx& tx, const PolicyDisk& link) {
  EraseLink(tx, link);
  auto disk = tx.Find<Disk>(link.account, link.region, link.disk_id);
  if (!disk) return;
  const auto left = tx.PoliciesOf(*disk);
  disk->auto_snapshot_policy_id = left.empty() ? "" : left.front().policy_id;
  tx.Put(*disk);
}

void ScheduleFiring(Tx& tx, const SnapshotPolicy& policy) {
  const auto jobs = tx.JobsOf(policy.account, policy.region, policy.id);
  if (std::ranges::any_of(jobs, [&tx](const Job& job) { return job.due <= tx.Now(); })) return;
  for (const Job& job : jobs) tx.Remove(job);
  if (policy.disks == 0) return;
  tx.Schedule(policy, Step::kPolicyFire, NextFiring(policy, tx.Now()) - tx.Now());
}

}  // namespace cloudapi
