// Automatic snapshot policies: what they do when they fire.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "cloudapi/actions/begin_snapshot.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kTurn = 16;  // disks of one transaction

// What the snapshots of a firing have in common.
struct Firing {
  std::shared_ptr<const topology::Catalogue> catalogue;
  bool allow_never_attached = false;
  std::chrono::milliseconds cut{};
};

// The oldest automatic snapshots, beyond what a disk may have with one more.
void MakeRoom(Tx& tx, const std::vector<Snapshot>& snapshots) {
  auto automatic = std::ranges::count(snapshots, SnapshotType::kAuto, &Snapshot::type);
  for (const Snapshot& snapshot : snapshots) {
    if (automatic < kMaxAutoSnapshotsPerDisk) return;
    if (snapshot.type != SnapshotType::kAuto || IsLocked(snapshot)) continue;
    ReleaseSnapshot(tx, snapshot);
    --automatic;
  }
}

void SnapshotDisk(Tx& tx, const Firing& firing, const SnapshotPolicy& policy, const Disk& disk) {
  if (firing.catalogue->FindRegion(disk.region) == nullptr) return;
  const std::vector<Snapshot> snapshots = tx.SnapshotsOf(disk);
  auto snapshot = StartAutoSnapshot(
      policy, disk, SnapshotTermsOf(tx, disk, snapshots, firing.allow_never_attached), tx.Now());
  if (!snapshot) {
    spdlog::info("policy {} passes disk {} over: {}", policy.id, disk.id, snapshot.error().message);
    return;
  }
  MakeRoom(tx, snapshots);
  BeginSnapshot(tx, *firing.catalogue, std::move(*snapshot), firing.cut);
}

bool IsStored(Tx& tx, const Job& job) {
  const auto jobs = tx.JobsOf(job.account, job.region, job.subject);
  return std::ranges::find(jobs, job.id, &Job::id) != jobs.end();
}

// The next disks, and the job of those that follow or of the next time: all in one transaction, so
// that no disk has its turn twice, whenever the process dies.
void FireTurn(Tx& tx, const Job& job, const Firing& firing) {
  if (!IsStored(tx, job)) return;  // another call took all its disks away
  tx.Remove(job);
  const auto policy = tx.Find<SnapshotPolicy>(job.account, job.region, job.subject);
  if (!policy) return;
  const auto links = tx.DisksOf(*policy, job.detail.position, kTurn);
  for (const PolicyDisk& link : links) {
    const auto disk = tx.Find<Disk>(link.account, link.region, link.disk_id);
    if (disk) SnapshotDisk(tx, firing, *policy, *disk);
  }
  if (std::ssize(links) < kTurn) return ScheduleFiring(tx, *policy);
  tx.Schedule(*policy, Step::kPolicyFire, {}, {.position = links.back().seq});
}

}  // namespace

// Times that the cloud slept through count as one: the bytes of all of them are those of today.
StepResult Steps::FirePolicy(const Job& job, const JobRows& /*rows*/) {
  return Commit(
      [job, firing = Firing{.catalogue = deps_.catalogue.Get(),
                            .allow_never_attached = deps_.snapshot_never_attached,
                            .cut = deps_.delays.cut}](Tx& tx) { FireTurn(tx, job, firing); });
}

}  // namespace cloudapi
