// The steps of disks: create, attach, detach with fencing, grow, unlink.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/disk_spec.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

Look Waiting(std::string what, bool in_process = false) {
  return {.waits_for = std::move(what), .in_process = in_process};
}

Look Commit(std::function<void(Tx&)> commit) {
  return {.commit = std::move(commit)};
}

// Nothing to do (any more): the row is gone or has moved on.
Look Drop(const Job& job) {
  return Commit([job](Tx& tx) { tx.Remove(job); });
}

// Applies a transition to the disk as it is at the commit; one that refuses changes nothing.
template <class Transition>
Look CommitDisk(const Job& job, Transition transition) {
  return Commit([job, transition](Tx& tx) {
    tx.Remove(job);
    const std::optional<Disk> disk = tx.Find<Disk>(job.account, job.region, job.subject);
    if (!disk) return;
    const Result<Disk> next = transition(tx, *disk);
    if (next) tx.Put(*next);
  });
}

bool IsIn(const Disk& disk, std::string_view instance_id, AttachmentState state) {
  const Attachment* attachment = FindAttachment(disk, instance_id);
  return attachment != nullptr && attachment->state == state;
}

InstanceKey KeyOf(const Job& job) {
  return {.account = job.account, .id = job.detail};
}

}  // namespace

Look Steps::CreateDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk || rows.disk->status != DiskStatus::kCreating) return Drop(job);
  if (auto wait = WaitForRetry(job)) return *wait;
  const Disk& disk = *rows.disk;
  const std::string image = DiskImage(disk.id, disk.generation);
  const std::int64_t bytes = disk.size_gib * kBytesPerGiB;
  if (disk.source_snapshot_id.empty()) {
    const auto created = parts_.blocks.Create(image, bytes);
    if (!created) return Retry(job, created.error().message);
    CrashPoint("jobs.after-image-before-row");
  } else {
    const std::string source = SnapshotImage(disk.source_snapshot_id);
    const auto cloned =
        workers_.Run(job.id, [this, source, image, bytes](const std::stop_token& stop) {
          const auto done = parts_.blocks.Clone(
              source, image, bytes,
              [&stop](std::int64_t, std::int64_t) { return !stop.stop_requested(); });
          return done ? Result<std::int64_t>(bytes) : Fail(done.error());
        });
    if (!cloned)
      return Waiting(fmt::format("disk {} Creating: its bytes are copied", disk.id), true);
    if (!*cloned) return Retry(job, cloned->error().message);
    CrashPoint("jobs.after-clone-before-row");
  }
  return CommitDisk(job, [](Tx&, const Disk& now) { return CompleteCreate(now); });
}

Look Steps::AttachDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk || !IsIn(*rows.disk, job.detail, AttachmentState::kAttaching)) return Drop(job);
  const Instance* instance = rows.FindInstance(job.detail);
  if (instance == nullptr) return Drop(job);
  const Disk& disk = *rows.disk;
  if (instance->has_agent &&
      parts_.agents.Of(KeyOf(job), disk.id, disk.generation) != Presence::kPresent) {
    return Waiting(fmt::format("disk {} Attaching: the agent of {} has not reported its device",
                               disk.id, instance->id));
  }
  return CommitDisk(job, [id = job.detail](Tx& tx, const Disk& now) {
    return CompleteAttach(now, id, tx.Now());
  });
}

bool Steps::IsFenced(const InstanceKey& instance) const {
  return std::ranges::find(fenced_, instance) != fenced_.end();
}

Look Steps::DetachDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk || !IsIn(*rows.disk, job.detail, AttachmentState::kDetaching)) return Drop(job);
  const Disk& disk = *rows.disk;
  const Instance* instance = rows.FindInstance(job.detail);
  const bool real = parts_.blocks.Method() != "none";
  const bool by_clock = instance == nullptr ? !real : !instance->has_agent;
  const bool absent =
      !by_clock && parts_.agents.Of(KeyOf(job), disk.id, disk.generation) == Presence::kAbsent;
  if (by_clock || absent) {
    return CommitDisk(job, [id = job.detail](Tx& tx, const Disk& now) {
      return CompleteDetach(now, id, tx.Now());
    });
  }
  if (instance != nullptr && !parts_.agents.LeaseEnded(KeyOf(job)) && !IsFenced(KeyOf(job))) {
    return Waiting(fmt::format("disk {} Detaching: the agent of {} still holds its device", disk.id,
                               job.detail));
  }
  return Fence(job, disk);
}

// The node cannot be asked, so its device may go on writing: everybody else goes on with a clone,
// and the file that the device holds loses its name.
Look Steps::Fence(const Job& job, const Disk& disk) {
  if (disk.attachments.size() > 1) {
    return Waiting(
        fmt::format("disk {} Detaching: {} is silent and other instances share its image", disk.id,
                    job.detail));
  }
  if (auto wait = WaitForRetry(job)) return *wait;
  const std::string from = DiskImage(disk.id, disk.generation);
  const std::string to = DiskImage(disk.id, disk.generation + 1);
  const auto cloned = workers_.Run(job.id, [this, from, to](const std::stop_token& stop) {
    const auto done = parts_.blocks.Clone(
        from, to, 0, [&stop](std::int64_t, std::int64_t) { return !stop.stop_requested(); });
    return done ? Result<std::int64_t>(0) : Fail(done.error());
  });
  if (!cloned) return Waiting(fmt::format("disk {} Detaching: its image is fenced", disk.id), true);
  if (!*cloned) return Retry(job, cloned->error().message);
  CrashPoint("jobs.after-fence-before-row");
  return CommitDisk(job, [job, cut = disk.generation](Tx& tx, const Disk& now) -> Result<Disk> {
    if (now.generation != cut) return now;
    Result<Disk> next = CompleteDetach(now, job.detail, tx.Now());
    if (!next) return next;
    next->generation = cut + 1;
    tx.Add({.due = tx.Now(),
            .kind = std::string(job_kinds::kDiskUnlink),
            .account = job.account,
            .subject = job.subject,
            .detail = std::to_string(cut),
            .region = job.region});
    return next;
  });
}

// What of the disk's devices has not reached the guest's size yet; empty: nothing.
std::string Steps::GrowPending(const Job& job, const JobRows& rows) {
  const Disk& disk = *rows.disk;
  for (const Instance& instance : rows.instances) {
    const InstanceKey key{.account = job.account, .id = instance.id};
    if (!instance.has_agent || !IsIn(disk, instance.id, AttachmentState::kAttached)) continue;
    if (parts_.agents.DeviceBytes(key, disk.id) >= disk.guest_size_gib * kBytesPerGiB) continue;
    if (!memory_[job.id].nudged) parts_.agents.Nudge(key);
    return fmt::format("disk {}: the agent of {} has not grown its device", disk.id, instance.id);
  }
  return "";
}

Look Steps::GrowDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk) return Drop(job);
  if (auto wait = WaitForRetry(job)) return *wait;
  const auto grown = parts_.blocks.Grow(DiskImage(rows.disk->id, rows.disk->generation),
                                        rows.disk->size_gib * kBytesPerGiB);
  if (!grown) return Retry(job, grown.error().message);
  const std::string pending = GrowPending(job, rows);
  memory_[job.id].nudged = true;
  if (!pending.empty()) return Waiting(pending);
  return Drop(job);
}

Look Steps::ChangeDiskSpec(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    tx.Remove(job);
    const auto task = tx.Find<Task>(job.account, job.region, job.detail);
    if (!task) return;
    const SpecOutcome outcome =
        CompleteSpec(*task, tx.Find<Disk>(job.account, job.region, job.subject), tx.Now());
    tx.Put(outcome.task);
    if (outcome.disk) tx.Put(*outcome.disk);
  });
}

Look Steps::UnlinkDisk(const Job& job, const JobRows& /*rows*/) {
  if (auto wait = WaitForRetry(job)) return *wait;
  CrashPoint("jobs.before-unlink");
  const auto removed = parts_.blocks.Remove(DiskImage(job.subject, std::atoll(job.detail.c_str())));
  if (!removed) return Retry(job, removed.error().message);
  CrashPoint("jobs.after-unlink-before-row");
  return Drop(job);
}

}  // namespace cloudapi
