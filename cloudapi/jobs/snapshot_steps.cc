// The steps of snapshots: cut, finish, expire, unlock, archive, unlink.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "cloudapi/actions/begin_copy.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/snapshot_dates.h"
#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/snapshot_archive.h"
#include "cloudapi/rules/snapshot_lock.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr std::chrono::seconds kLongestFlush{5};
constexpr std::chrono::seconds kHoldLook{1};
constexpr int kProgressStep = 10;  // percent between two commits of the progress
constexpr int kWhole = 99;         // all bytes are there; 100 comes with the end

// The snapshot's row as it is at the commit, of which the job goes; nullopt: it is gone too.
std::optional<Snapshot> TakeUp(Tx& tx, const Job& job) {
  tx.Remove(job);
  return tx.Find<Snapshot>(job.account, job.region, job.subject);
}

SnapshotKey SnapshotKeyOf(const Job& job) {
  return {.account = job.account, .region = job.region, .id = job.subject};
}

}  // namespace

void Steps::RequestFlushes(const Job& job, const HeldDisk& held) {
  const Disk& disk = held.disk;
  for (const Instance& instance : held.instances) {
    const InstanceKey key{.account = job.account, .id = instance.id};
    if (!instance.has_agent || deps_.agents.LeaseEnd(key) <= deps_.env.Steady()) continue;
    if (deps_.agents.Of(key, disk.id, disk.generation) != Presence::kPresent) continue;
    memory_[job.id].flushes.push_back({.instance_id = instance.id,
                                       .disk_id = disk.id,
                                       .ticket = deps_.agents.RequestFlush(key, disk.id)});
  }
}

// Asks the agents to write out what their nodes have cached. nullopt: nothing to wait for (any
// more).
std::optional<Wait> Steps::AwaitFlushes(const Job& job, const HeldDisk& held) {
  Memory& memory = memory_[job.id];
  const auto now = deps_.env.Steady();
  if (!memory.flush_deadline) {
    memory.flush_deadline = now + kLongestFlush;
    RequestFlushes(job, held);
  }
  if (now >= *memory.flush_deadline) return std::nullopt;  // cut crash-consistent
  for (const Flush& flush : memory.flushes) {
    const InstanceKey key{.account = job.account, .id = flush.instance_id};
    if (deps_.agents.Flushed(key, flush.disk_id, flush.ticket)) continue;
    return Wait{.blocked_on = fmt::format("{} {}: {} writes out what it cached", WordOf(job.step),
                                          job.subject, flush.instance_id),
                .local = true,
                .events = {EventOf(key)},
                .again = memory.flush_deadline};
  }
  return std::nullopt;
}

void Steps::ReportProgress(const SnapshotKey& key, int percent) {
  // The progress of one copy is not worth a failure: the next report comes soon.
  static_cast<void>(deps_.store.Write("jobs", [&](Tx& tx) -> Result<void> {
    const auto snapshot = tx.Find<Snapshot>(key.account, key.region, key.id);
    if (!snapshot) return {};
    const Result<Snapshot> next = ProgressSnapshot(*snapshot, percent);
    if (next) tx.Put(*next);
    return {};
  }));
}

// Syncs and clones the image of a disk or another snapshot; returns the bytes in the snapshot's.
CopyPool::Copy Steps::CutCopy(const SnapshotKey& snapshot, const std::string& from) {
  return [this, snapshot, from](const std::stop_token& stop) -> Result<std::int64_t> {
    const std::string to = SnapshotImage(snapshot.id);
    int reported = 0;
    const auto progress = [&](std::int64_t done, std::int64_t total) {
      const int percent = static_cast<int>(done * 100 / std::max<std::int64_t>(total, 1));
      if (percent >= reported + kProgressStep && percent < kWhole) {
        reported = percent;
        ReportProgress(snapshot, percent);
      }
      return !stop.stop_requested();
    };
    const auto synced = deps_.blocks.Sync(from);
    if (!synced) return Fail(synced.error());
    const auto cloned = deps_.blocks.Clone(from, to, 0, progress);
    if (!cloned) return Fail(cloned.error());
    return deps_.blocks.AllocatedBytes(to);
  };
}

// The snapshot has its bytes, or failed.
void Steps::CommitCut(Tx& tx, const Snapshot& snapshot, const Result<std::int64_t>& bytes) {
  if (!bytes) {
    spdlog::warn("snapshot {} of disk {} failed: {}", snapshot.id, snapshot.source_disk_id,
                 bytes.error().message);
    const Result<Snapshot> failed = FailSnapshot(snapshot, bytes.error().message, tx.Now());
    if (failed) tx.Put(*failed);
    return;
  }
  const auto catalogue = deps_.catalogue.Get();
  const topology::Category* category = catalogue->FindCategory(snapshot.source_category);
  const bool instant = category != nullptr && category->instant_snapshot;
  Result<Snapshot> cut = cloudapi::CutSnapshot(snapshot, tx.Now(), *bytes, instant);
  if (cut) cut = ProgressSnapshot(*cut, kWhole);
  if (!cut) return;
  tx.Put(*cut);
  tx.Schedule(*cut, Step::kSnapshotAvailable, deps_.delays.available);
  if (cut->retention_days == 0) return;
  tx.Schedule(*cut, Step::kSnapshotExpire, std::chrono::days(cut->retention_days));
}

std::function<void(Tx&)> Steps::CutCommit(const Job& job, Result<std::int64_t> bytes) {
  return [this, job, bytes](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;  // deleted meanwhile: the job that this left removes the image
    CommitCut(tx, *snapshot, bytes);
  };
}

StepResult Steps::CutSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing ||
      rows.snapshot->creation_time) {
    return Drop(job);
  }
  if (!rows.disk) return Commit(CutCommit(job, Fail(ApiError{.message = "its disk is gone"})));
  if (auto wait = AwaitFlushes(job, {.disk = *rows.disk, .instances = rows.instances}))
    return {.wait = std::move(*wait)};
  Memory& memory = memory_[job.id];
  const std::string source = DiskImage(rows.disk->id, rows.disk->generation);
  const std::string image = SnapshotImage(job.subject);
  const SnapshotKey key = SnapshotKeyOf(job);
  if (memory.source.empty()) memory.source = source;
  auto cut = RunCopy(job, image, CutCopy(key, source));
  if (cut && !*cut && memory.source != source) {
    // Fenced under the copy: the bytes are in the next image.
    memory.source = source;
    copies_.Cancel(image);
    cut = RunCopy(job, image, CutCopy(key, source));
  }
  if (!cut) {
    return {.wait = {.blocked_on = fmt::format("snapshot {}: its bytes are copied", job.subject),
                     .local = true,
                     .events = {ImageEvent(image)}}};
  }
  CrashPoint("jobs.after-cut-before-row");
  return Commit(CutCommit(job, *cut));
}

// Its source cannot be deleted until it has the bytes.
StepResult Steps::CopySnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing) return Drop(job);
  const std::string image = SnapshotImage(job.subject);
  const auto copied = RunCopy(
      job, image, CutCopy(SnapshotKeyOf(job), SnapshotImage(rows.snapshot->source_snapshot_id)));
  if (!copied) {
    return {.wait = {.blocked_on = fmt::format("snapshot {}: its bytes are copied", job.subject),
                     .local = true,
                     .events = {ImageEvent(image)}}};
  }
  CrashPoint("jobs.after-cut-before-row");
  return Commit([job, bytes = *copied](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;
    LetSourceGo(tx, *snapshot);
    if (!bytes) {
      spdlog::warn("snapshot {}, a copy of {}, failed: {}", snapshot->id,
                   snapshot->source_snapshot_id, bytes.error().message);
      const auto failed = FailSnapshot(*snapshot, bytes.error().message, tx.Now());
      if (failed) tx.Put(*failed);
      return;
    }
    auto done = cloudapi::CutSnapshot(*snapshot, tx.Now(), *bytes, true);
    if (done) done = Accomplish(*done, tx.Now());
    if (!done) return;
    tx.Put(*done);
    if (done->retention_days == 0) return;
    tx.Schedule(*done, Step::kSnapshotExpire, std::chrono::days(done->retention_days));
  });
}

StepResult Steps::FinishSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing) return Drop(job);
  return Commit([job, catalogue = deps_.catalogue.Get(), delay = deps_.delays.available](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;
    const Result<Snapshot> done = Accomplish(*snapshot, tx.Now());
    if (!done) return;
    tx.Put(*done);
    SettleGroup(tx, *done);
    CopyByPolicy(tx, *catalogue, *done, delay);
  });
}

// As DeleteSnapshot with Force: disks that were made from it keep their bytes.
StepResult Steps::ExpireSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot) return Drop(job);
  const bool copied = rows.snapshot->copies_under_way > 0;
  if (copied || IsLocked(*rows.snapshot)) {
    return {.wait = {.blocked_on = fmt::format("snapshot {}: {}", job.subject,
                                               copied ? "a copy is made of it" : "it is locked"),
                     .again = deps_.env.Steady() + kHoldLook}};
  }
  return Commit([job](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;
    ReleaseSnapshot(tx, *snapshot);
  });
}

StepResult Steps::AgeSnapshotLock(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;
    tx.Put(AgeLock(*snapshot, tx.Now()));
    ScheduleLock(tx, *snapshot);
  });
}

StepResult Steps::ArchiveSnapshot(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    const auto task = tx.Find<Task>(job.account, job.region, job.detail.task_id);
    if (!task) return;
    const ArchiveOutcome outcome = CompleteArchive(*task, snapshot, tx.Now());
    tx.Put(outcome.task);
    if (!outcome.snapshot) return;
    tx.Put(*outcome.snapshot);
    ScheduleExpiry(tx, *outcome.snapshot);
  });
}

// Disks that are being made from it need its bytes: it may have been deleted by force.
StepResult Steps::UnlinkSnapshot(const Job& job, const JobRows& rows) {
  if (rows.disks_being_filled > 0) {
    return {.wait = {.blocked_on = fmt::format("snapshot {}: {} disks are made from it",
                                               job.subject, rows.disks_being_filled)}};
  }
  return RemoveImage(job, SnapshotImage(job.subject));
}

}  // namespace cloudapi
