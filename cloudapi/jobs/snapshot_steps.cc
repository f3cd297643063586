// The steps of snapshots: cut, finish, expire, unlink.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr std::chrono::seconds kLongestFlush{5};
constexpr int kProgressStep = 10;  // percent between two commits of the progress
constexpr int kWhole = 99;         // all bytes are there; 100 comes with the end

Look Waiting(std::string what, bool in_process) {
  return {.waits_for = std::move(what), .in_process = in_process};
}

Look Drop(const Job& job) {
  return {.commit = [job](Tx& tx) { tx.Remove(job); }};
}

// Another job of the same snapshot.
Job FollowUp(const Job& job, std::string_view kind, SysMillis due) {
  return {.due = due,
          .kind = std::string(kind),
          .account = job.account,
          .subject = job.subject,
          .region = job.region};
}

}  // namespace

// Asks the agents to write out what their nodes have cached. Empty: nothing to wait for (any more).
std::string Steps::FlushesPending(const Job& job, const JobRows& rows) {
  Memory& memory = memory_[job.id];
  const Disk& disk = *rows.disk;
  if (!memory.flush_deadline) {
    memory.flush_deadline = parts_.env.Steady() + kLongestFlush;
    for (const Instance& instance : rows.instances) {
      const InstanceKey key{.account = job.account, .id = instance.id};
      if (!instance.has_agent || parts_.agents.LeaseEnded(key)) continue;
      if (parts_.agents.Of(key, disk.id, disk.generation) != Presence::kPresent) continue;
      memory.flushes[instance.id] = parts_.agents.RequestFlush(key, disk.id);
    }
  }
  if (parts_.env.Steady() >= *memory.flush_deadline) return "";  // cut crash-consistent
  for (const auto& [instance, ticket] : memory.flushes) {
    if (!parts_.agents.Flushed({.account = job.account, .id = instance}, disk.id, ticket)) {
      return fmt::format("snapshot {}: {} writes out what it cached", job.subject, instance);
    }
  }
  return "";
}

void Steps::ReportProgress(const Job& job, int percent) {
  // The progress of one copy is not worth a failure: the next report comes soon.
  static_cast<void>(parts_.store.Write("jobs", [&](Tx& tx) -> Result<void> {
    const std::optional<Snapshot> snapshot =
        tx.Find<Snapshot>(job.account, job.region, job.subject);
    if (!snapshot) return {};
    const Result<Snapshot> next = ProgressSnapshot(*snapshot, percent);
    if (next) tx.Put(*next);
    return {};
  }));
}

// Syncs and clones the disk's image; answers the bytes in the snapshot's.
ByteWorkers::Work Steps::CutWork(const Job& job, const Disk& disk) {
  return [this, job, from = DiskImage(disk.id, disk.generation)](
             const std::stop_token& stop) -> Result<std::int64_t> {
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
    const auto synced = parts_.blocks.Sync(from);
    if (!synced) return Fail(synced.error());
    const auto cloned = parts_.blocks.Clone(from, to, 0, progress);
    if (!cloned) return Fail(cloned.error());
    return parts_.blocks.AllocatedBytes(to);
  };
}

std::function<void(Tx&)> Steps::CutCommit(const Job& job, const Disk& disk,
                                          Result<std::int64_t> bytes) {
  const auto catalogue = parts_.catalogue.Get();
  const topology::Category* category = catalogue->FindCategory(disk.category);
  const bool instant = category != nullptr && category->instant_snapshot;
  return [job, bytes, instant, delay = parts_.delays.available](Tx& tx) {
    tx.Remove(job);
    const std::optional<Snapshot> snapshot =
        tx.Find<Snapshot>(job.account, job.region, job.subject);
    if (!snapshot) {  // deleted meanwhile; its own unlink may have run before the image was there
      tx.Add(FollowUp(job, job_kinds::kSnapshotUnlink, tx.Now()));
      return;
    }
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
    tx.Add(FollowUp(job, job_kinds::kSnapshotAvailable, tx.Now() + delay));
    if (cut->retention_days == 0) return;
    const SysMillis end = *cut->creation_time + std::chrono::days(cut->retention_days);
    tx.Add(FollowUp(job, job_kinds::kSnapshotExpire, end));
  };
}

Look Steps::CutSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing ||
      rows.snapshot->creation_time) {
    return Drop(job);
  }
  if (!rows.disk) {
    return {.commit = CutCommit(job, {}, Fail(ApiError{.message = "its disk is gone"}))};
  }
  const std::string flushing = FlushesPending(job, rows);
  if (!flushing.empty()) return Waiting(flushing, true);
  Memory& memory = memory_[job.id];
  const std::string image = DiskImage(rows.disk->id, rows.disk->generation);
  if (memory.image.empty()) memory.image = image;
  auto cut = workers_.Run(job.id, CutWork(job, *rows.disk));
  if (!cut) return Waiting(fmt::format("snapshot {}: its bytes are copied", job.subject), true);
  if (!*cut && memory.image != image) {  // fenced under the copy: the bytes are in the next one
    memory.image.clear();
    workers_.Forget(job.id);
    return Waiting(fmt::format("snapshot {}: its disk's image was fenced", job.subject), true);
  }
  CrashPoint("jobs.after-cut-before-row");
  return {.commit = CutCommit(job, *rows.disk, *cut)};
}

Look Steps::FinishSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot || rows.snapshot->status != SnapshotStatus::kProgressing) return Drop(job);
  return {.commit = [job](Tx& tx) {
    tx.Remove(job);
    const std::optional<Snapshot> snapshot =
        tx.Find<Snapshot>(job.account, job.region, job.subject);
    if (!snapshot) return;
    const Result<Snapshot> done = Accomplish(*snapshot, tx.Now());
    if (done) tx.Put(*done);
  }};
}

// As DeleteSnapshot with Force: disks that were made from it keep their bytes.
Look Steps::ExpireSnapshot(const Job& job, const JobRows& rows) {
  if (!rows.snapshot) return Drop(job);
  return {.commit = [job](Tx& tx) {
    tx.Remove(job);
    const std::optional<Snapshot> snapshot =
        tx.Find<Snapshot>(job.account, job.region, job.subject);
    if (!snapshot) return;
    for (const Job& other : tx.JobsOf(job.account, job.region, job.subject)) tx.Remove(other);
    tx.Erase(*snapshot);
    tx.Add(FollowUp(job, job_kinds::kSnapshotUnlink, tx.Now()));
  }};
}

Look Steps::UnlinkSnapshot(const Job& job, const JobRows& /*rows*/) {
  if (auto wait = WaitForRetry(job)) return *wait;
  // Disks that are being made from it need its bytes: it may be deleted by force meanwhile.
  const auto filled = parts_.store.Read([&job](View& view) -> Result<std::int64_t> {
    return view.CountDisksOf({.id = job.subject, .account = job.account, .region = job.region},
                             true);
  });
  if (!filled) return Retry(job, filled.error().message);
  if (*filled > 0) {
    return Waiting(fmt::format("snapshot {}: {} disks are made from it", job.subject, *filled),
                   false);
  }
  const auto removed = parts_.blocks.Remove(SnapshotImage(job.subject));
  if (!removed) return Retry(job, removed.error().message);
  return Drop(job);
}

}  // namespace cloudapi
