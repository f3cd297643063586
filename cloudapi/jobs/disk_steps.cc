// The steps of disks: create, attach, detach with fencing, grow, unlink.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/disk_reset.h"
#include "cloudapi/rules/disk_spec.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Applies a transition to the disk as it is at the commit; one that refuses changes nothing.
template <class Transition>
StepResult CommitDisk(const Job& job, Transition transition) {
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
  return {.account = job.account, .id = job.detail.instance_id};
}

// The attachment never came. Its node may still be about to present the device, so the disk leaves
// it the way that a detached one does, with fencing where the node cannot be asked.
StepResult GiveUpAttachment(const Job& job) {
  return CommitDisk(job, [id = job.detail.instance_id](Tx& tx, const Disk& now) -> Result<Disk> {
    if (!IsIn(now, id, AttachmentState::kAttaching)) return now;
    const Result<Disk> next = ForceDetach(now, id);
    if (next) tx.Schedule(*next, Step::kDiskDetach, {}, {.instance_id = id});
    return next;
  });
}

// The disk left that instance; one that another has by force goes on to it.
Result<Disk> LeaveInstance(Tx& tx, const Disk& disk, const std::string& id,
                           std::chrono::milliseconds attach) {
  const Result<Disk> detached = CompleteDetach(disk, id, tx.Now());
  if (!detached || detached->forced_to.empty()) return detached;
  const std::string next_id = detached->forced_to;
  const auto instance = tx.Find<Instance>(disk.account, disk.region, next_id);
  Disk next = GoOn(*detached, instance ? &*instance : nullptr,
                   instance ? tx.DataDisksOf(*instance) : std::vector<Disk>());
  if (!next.attachments.empty())
    tx.Schedule(next, Step::kDiskAttach, attach, {.instance_id = next_id});
  return next;
}

Wait CopyWait(std::string blocked_on, const std::string& image) {
  return {.blocked_on = std::move(blocked_on), .local = true, .events = {ImageEvent(image)}};
}

}  // namespace

StepResult Steps::CreateDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk || rows.disk->status != DiskStatus::kCreating) return Drop(job);
  const Disk& disk = *rows.disk;
  const std::string image = DiskImage(disk.id, disk.generation);
  const std::int64_t bytes = disk.size_gib * kBytesPerGiB;
  if (disk.source_snapshot_id.empty()) {
    const auto created = deps_.blocks.Create(image, bytes);
    if (!created) return Retry(job, created.error().message);
    CrashPoint("jobs.after-image-before-row");
  } else {
    const auto cloned = CloneImage(job, SnapshotImage(disk.source_snapshot_id), image, bytes);
    if (!cloned) {
      return {.wait =
                  CopyWait(fmt::format("disk {} Creating: its bytes are copied", disk.id), image)};
    }
    if (!*cloned) return Retry(job, cloned->error().message);
    CrashPoint("jobs.after-clone-before-row");
  }
  return CommitDisk(job, [](Tx& tx, const Disk& now) { return CompleteCreate(now, tx.Now()); });
}

bool Steps::IsGivenUp(const InstanceKey& instance) {
  return deps_.agents.LeaseEnd(instance) <= deps_.env.Steady() ||
         std::ranges::find(fenced_, instance) != fenced_.end();
}

StepResult Steps::AttachDisk(const Job& job, const JobRows& rows) {
  const std::string& id = job.detail.instance_id;
  if (!rows.disk || !IsIn(*rows.disk, id, AttachmentState::kAttaching)) return Drop(job);
  const Disk& disk = *rows.disk;
  const InstanceKey key = KeyOf(job);
  const Instance* instance = rows.FindInstance(id);
  if (instance == nullptr) return GiveUpAttachment(job);
  if (instance->has_agent && deps_.agents.Of(key, disk.id, disk.generation) != Presence::kPresent) {
    if (IsGivenUp(key)) return GiveUpAttachment(job);
    return {
        .wait = {.blocked_on = fmt::format(
                     "disk {} Attaching: the agent of {} has not reported its device", disk.id, id),
                 .events = {EventOf(key)},
                 .again = deps_.agents.LeaseEnd(key)}};
  }
  return CommitDisk(job,
                    [id](Tx& tx, const Disk& now) { return CompleteAttach(now, id, tx.Now()); });
}

StepResult Steps::DetachDisk(const Job& job, const JobRows& rows) {
  const std::string& id = job.detail.instance_id;
  if (!rows.disk || !IsIn(*rows.disk, id, AttachmentState::kDetaching)) return Drop(job);
  const Disk& disk = *rows.disk;
  // What has begun is finished, so that the clone never stays behind.
  if (!memory_[job.id].copies.empty()) return Fence(job, disk);
  const InstanceKey key = KeyOf(job);
  const Instance* instance = rows.FindInstance(id);
  const bool real = deps_.blocks.Method() != "none";
  const bool by_clock = instance == nullptr ? !real : !instance->has_agent;
  const bool absent =
      !by_clock && deps_.agents.Of(key, disk.id, disk.generation) == Presence::kAbsent;
  if (by_clock || absent) {
    return CommitDisk(job, [id, delay = deps_.delays.attach](Tx& tx, const Disk& now) {
      return LeaveInstance(tx, now, id, delay);
    });
  }
  if (instance != nullptr && !IsGivenUp(key)) {
    return {.wait = {.blocked_on = fmt::format(
                         "disk {} Detaching: the agent of {} still holds its device", disk.id, id),
                     .events = {EventOf(key)},
                     .again = deps_.agents.LeaseEnd(key)}};
  }
  return Fence(job, disk);
}

// The node cannot be asked, so its device may go on writing: everybody else goes on with a clone,
// and the file that the device holds loses its name.
StepResult Steps::Fence(const Job& job, const Disk& disk) {
  const std::string& id = job.detail.instance_id;
  if (disk.attachments.size() > 1) {
    return {.wait = {.blocked_on = fmt::format("disk {} Detaching: {} is silent and other "
                                               "instances share its image",
                                               disk.id, id),
                     .events = {EventOf(KeyOf(job))}}};
  }
  const std::string to = DiskImage(disk.id, disk.generation + 1);
  const auto cloned = CloneImage(job, DiskImage(disk.id, disk.generation), to, 0);
  if (!cloned) {
    return {.wait = CopyWait(fmt::format("disk {} Detaching: its image is fenced", disk.id), to)};
  }
  if (!*cloned) return Retry(job, cloned->error().message);
  CrashPoint("jobs.after-fence-before-row");
  return CommitDisk(job,
                    [id, cut = disk.generation, delay = deps_.delays.attach](
                        Tx& tx, const Disk& now) -> Result<Disk> {
                      if (now.generation != cut) return now;
                      Result<Disk> next = LeaveInstance(tx, now, id, delay);
                      if (!next) return next;
                      next->generation = cut + 1;
                      tx.Schedule(*next, Step::kDiskUnlink, {}, {.generation = cut});
                      return next;
                    });
}

// Until each of the disk's devices has the guest's size.
std::optional<Wait> Steps::AwaitDevices(const Job& job, const JobRows& rows) {
  const Disk& disk = *rows.disk;
  const bool woken = std::exchange(memory_[job.id].agents_woken, true);
  std::optional<Wait> wait;
  for (const Instance& instance : rows.instances) {
    const InstanceKey key{.account = job.account, .id = instance.id};
    if (!instance.has_agent || !IsIn(disk, instance.id, AttachmentState::kAttached)) continue;
    if (deps_.agents.DeviceBytes(key, disk.id) >= disk.guest_size_gib * kBytesPerGiB) continue;
    if (!woken) deps_.agents.Wake(key);
    if (!wait) {
      wait.emplace().blocked_on =
          fmt::format("disk {}: the agent of {} has not grown its device", disk.id, instance.id);
    }
    wait->events.push_back(EventOf(key));
  }
  return wait;
}

StepResult Steps::GrowDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk) return Drop(job);
  const auto grown = deps_.blocks.Grow(DiskImage(rows.disk->id, rows.disk->generation),
                                       rows.disk->size_gib * kBytesPerGiB);
  if (!grown) return Retry(job, grown.error().message);
  if (auto wait = AwaitDevices(job, rows)) return {.wait = std::move(*wait)};
  return Drop(job);
}

// The bytes go into another image, so a crash leaves the disk as it was or as it shall be.
StepResult Steps::ResetDisk(const Job& job, const JobRows& rows) {
  if (!rows.disk || rows.disk->status != DiskStatus::kReIniting) return Drop(job);
  const Disk& disk = *rows.disk;
  const std::string to = DiskImage(disk.id, disk.generation + 1);
  const std::int64_t bytes = disk.size_gib * kBytesPerGiB;
  if (disk.restoring_from.empty()) {
    const auto created = deps_.blocks.Create(to, bytes);
    if (!created) return Retry(job, created.error().message);
  } else {
    const auto cloned = CloneImage(job, SnapshotImage(disk.restoring_from), to, bytes);
    if (!cloned) {
      return {.wait =
                  CopyWait(fmt::format("disk {} ReIniting: its bytes are copied", disk.id), to)};
    }
    if (!*cloned) return Retry(job, cloned->error().message);
  }
  CrashPoint("jobs.after-reset-before-row");
  return CommitDisk(job, [job, delay = deps_.delays.start](Tx& tx, const Disk& now) {
    Result<Disk> next = CompleteReset(now);
    if (!next) return next;
    tx.Schedule(*next, Step::kDiskUnlink, {}, {.generation = now.generation});
    const auto instance = tx.Find<Instance>(job.account, job.region, job.detail.instance_id);
    if (!instance) return next;
    if (const auto starting = Start(*instance)) {
      tx.Put(*starting);
      tx.Schedule(*starting, Step::kInstanceStart, delay);
    }
    return next;
  });
}

StepResult Steps::ChangeDiskSpec(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    tx.Remove(job);
    const auto task = tx.Find<Task>(job.account, job.region, job.detail.task_id);
    if (!task) return;
    const SpecOutcome outcome =
        CompleteSpec(*task, tx.Find<Disk>(job.account, job.region, job.subject), tx.Now());
    tx.Put(outcome.task);
    if (outcome.disk) tx.Put(*outcome.disk);
  });
}

StepResult Steps::UnlinkDisk(const Job& job, const JobRows& /*rows*/) {
  CrashPoint("jobs.before-unlink");
  StepResult removed = RemoveImage(job, DiskImage(job.subject, job.detail.generation));
  if (removed.commit) CrashPoint("jobs.after-unlink-before-row");
  return removed;
}

}  // namespace cloudapi
