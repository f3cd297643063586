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

}  // namespace

// Asks the agents to write out what their nodes have cached. nullopt: nothing to wait for (any
// more).
std::optional<Wait> Steps::AwaitFlushes(const Job& job, const JobRows& rows) {
  Memory& memory = memory_[job.id];
  const Disk& disk = *rows.disk;
  const auto now = deps_.env.Steady();
  if (!memory.flush_deadline) {
    memory.flush_deadline = now + kLongestFlush;
    for (const Instance& instance : rows.instances) {
      const InstanceKey key{.account = job.account, .id = instance.id};
      if (!instance.has_agent || deps_.agents.LeaseEnd(key) <= now) continue;
      if (deps_.agents.Of(key, disk.id, disk.generation) != Presence::kPresent) continue;
      memory.flushes[instance.id] = deps_.agents.RequestFlush(key, disk.id);
    }
  }
  if (now >= *memory.flush_deadline) return std::nullopt;  // cut crash-consistent
  for (const auto& [instance, ticket] : memory.flushes) {
    const InstanceKey key{.account = job.account, .id = instance};
    if (deps_.agents.Flushed(key, disk.id, ticket)) continue;
    return Wait{.blocked_on =
                    fmt::format("snapshot {}: {} writes out what it cached", job.subject, instance),
                .local = true,
                .events = {EventOf(key)},
                .again = memory.flush_deadline};
  }
  return std::nullopt;
}

void Steps::ReportProgress(const Job& job, int percent) {
  // The progress of one copy is not worth a failure: the next report comes soon.
  static_cast<void>(deps_.store.Write("jobs", [&](Tx& tx) -> Result<void> {
    const auto snapshot = tx.Find<Snapshot>(job.account, job.region, job.subject);
    if (!snapshot) return {};
    const Result<Snapshot> next = ProgressSnapshot(*snapshot, percent);
    if (next) tx.Put(*next);
    return {};
  }));
}

// Syncs and clones the image of a disk or another snapshot; returns the bytes in the snapshot's.
CopyPool::Copy Steps::CutCopy(const Job& job, const std::string& from) {
  return [this, job, from](const std::stop_token& stop) -> Result<std::int64_t> {
    const std::string to = SnapshotImage(job.subject);
    int reported = 0;
    const auto progress = [&](std::int64_t done, std::int64_t total) {
      const int percent = static_cast<int>(done * 100 / std::max<std::int64_t>(total, 1));
      if (percent >= reported + kProgressStep && percent < kWhole) {
        reported = percent;
        ReportProgress(job, percent);
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

std::function<void(Tx&)> Steps::CutCommit(const Job& job, const Disk& disk,
                                          Result<std::int64_t> bytes) {
  const auto catalogue = deps_.catalogue.Get();
  const topology::Category* category = catalogue->FindCategory(disk.category);
  const bool instant = category != nullptr && category->instant_snapshot;
  return [job, bytes, instant, delay = deps_.delays.available](Tx& tx) {
    const auto snapshot = TakeUp(tx, job);
    if (!snapshot) return;  // deleted meanwhile: the job that this left removes the image
    if (!bytes) {
      spdlog::warn("snapshot {} of disk {} failed: {}", snapshot->id, snapshot->source_disk_id,
                   bytes.error().message);
      const Result<Snapshot> failed = FailSnapshot(*snapshot, bytes.error().message, tx.Now());
      if (failed) tx.Put(*failed);
      return;
    }
    Result<Snapshot> cut = cloudapi::CutSnapshot(*snapshot, tx.Now(), *bytes, instant);
    if (cut) cut = ProgressSnapshot(*cut, kWhole);
    if (!cut) return;
    tx.Put(*cut);
    tx.Schedule(*cut, Step::kSnapshotAvailable, delay);
    if (cut->retention_days == 0) return;
    tx.Schedule(*cut, Step::kSnapshotExpire, std::chrono::days(cut->retention_days));
  };
}

StepResult Steps::CutSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing ||
      rows.snapshot->creation_time) {
    return Drop(job);
  }
  if (!rows.disk) return Commit(CutCommit(job, {}, Fail(ApiError{.message = "its disk is gone"})));
  if (auto wait = AwaitFlushes(job, rows)) return {.wait = std::move(*wait)};
  Memory& memory = memory_[job.id];
  const std::string source = DiskImage(rows.disk->id, rows.disk->generation);
  const std::string image = SnapshotImage(job.subject);
  if (memory.source.empty()) memory.source = source;
  auto cut = RunCopy(job, image, CutCopy(job, source));
  if (cut && !*cut && memory.source != source) {
    // Fenced under the copy: the bytes are in the next image.
    memory.source = source;
    copies_.Cancel(image);
    cut = RunCopy(job, image, CutCopy(job, source));
  }
  if (!cut) {
    return {.wait = {.blocked_on = fmt::format("snapshot {}: its bytes are copied", job.subject),
                     .local = true,
                     .events = {ImageEvent(image)}}};
  }
  CrashPoint("jobs.after-cut-before-row");
  return Commit(CutCommit(job, *rows.disk, *cut));
}

// Its source cannot be deleted until it has the bytes.
StepResult Steps::CopySnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing) return Drop(job);
  const std::string image = SnapshotImage(job.subject);
  const auto copied =
      RunCopy(job, image, CutCopy(job, SnapshotImage(rows.snapshot->source_snapshot_id)));
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
