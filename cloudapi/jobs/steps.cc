#include "cloudapi/jobs/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

// kOther: the step reads for itself what it needs.
enum class Subject { kDisk, kSnapshot, kGroup, kInstance, kImage, kOther };

// No agent presents a system disk.
std::vector<Instance> HoldersOf(View& view, const Disk& disk) {
  return IsSystem(disk) ? std::vector<Instance>() : view.InstancesOf(disk);
}

std::vector<GroupMember> MembersOf(View& view, const Job& job) {
  std::vector<GroupMember> members;
  for (Snapshot& snapshot : view.SnapshotsOf(
           SnapshotGroup{.id = job.subject, .account = job.account, .region = job.region})) {
    GroupMember member{.snapshot = std::move(snapshot)};
    if (auto disk = view.Find<Disk>(job.account, job.region, member.snapshot.source_disk_id)) {
      std::vector<Instance> instances = HoldersOf(view, *disk);
      member.source = {.disk = std::move(*disk), .instances = std::move(instances)};
    }
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

struct Steps::Row {
  Step step;
  Subject subject;
  StepResult (Steps::*run)(const Job&, const JobRows&);
};

const Steps::Row& Steps::RowOf(Step step) {
  static constexpr Row kTable[] = {
      {Step::kDiskCreate, Subject::kDisk, &Steps::CreateDisk},
      {Step::kDiskAttach, Subject::kDisk, &Steps::AttachDisk},
      {Step::kDiskDetach, Subject::kDisk, &Steps::DetachDisk},
      {Step::kDiskGrow, Subject::kDisk, &Steps::GrowDisk},
      {Step::kDiskSpec, Subject::kDisk, &Steps::ChangeDiskSpec},
      {Step::kDiskReset, Subject::kDisk, &Steps::ResetDisk},
      {Step::kDiskUnlink, Subject::kDisk, &Steps::UnlinkDisk},
      {Step::kSnapshotCut, Subject::kSnapshot, &Steps::CutSnapshot},
      {Step::kSnapshotCopy, Subject::kSnapshot, &Steps::CopySnapshot},
      {Step::kSnapshotAvailable, Subject::kSnapshot, &Steps::FinishSnapshot},
      {Step::kSnapshotExpire, Subject::kSnapshot, &Steps::ExpireSnapshot},
      {Step::kSnapshotLock, Subject::kSnapshot, &Steps::AgeSnapshotLock},
      {Step::kSnapshotArchive, Subject::kOther, &Steps::ArchiveSnapshot},
      {Step::kSnapshotUnlink, Subject::kSnapshot, &Steps::UnlinkSnapshot},
      {Step::kGroupCut, Subject::kGroup, &Steps::CutGroup},
      {Step::kInstanceMake, Subject::kInstance, &Steps::MakeInstance},
      {Step::kInstanceStart, Subject::kOther, &Steps::StartInstance},
      {Step::kInstanceStop, Subject::kOther, &Steps::StopInstance},
      {Step::kInstanceRelease, Subject::kOther, &Steps::AutoReleaseInstance},
      {Step::kImageMake, Subject::kImage, &Steps::MakeImage},
      {Step::kPolicyFire, Subject::kOther, &Steps::FirePolicy},
  };
  static_assert(std::size(kTable) == kWords<Step>.size(), "each step has a row");
  const auto row = std::ranges::find(kTable, step, &Row::step);
  if (row == std::end(kTable)) std::abort();
  return *row;
}

namespace {

std::vector<Disk> UnmadeDisks(View& view, const Instance& instance) {
  std::vector<Disk> disks = view.DataDisksOf(instance);
  if (auto system = view.SystemDiskOf(instance)) disks.push_back(std::move(*system));
  std::erase_if(disks, [](const Disk& disk) { return disk.status != DiskStatus::kCreating; });
  return disks;
}

std::vector<Snapshot> UnfinishedSnapshots(View& view, const MachineImage& image) {
  std::vector<Snapshot> snapshots;
  for (const std::string& id : SnapshotsIn(image)) {
    auto snapshot = view.Find<Snapshot>(image.account, image.region, id);
    if (snapshot && snapshot->status == SnapshotStatus::kProgressing)
      snapshots.push_back(std::move(*snapshot));
  }
  return snapshots;
}

}  // namespace

const Instance* JobRows::FindInstance(std::string_view id) const {
  const auto found = std::ranges::find(instances, id, &Instance::id);
  return found == instances.end() ? nullptr : &*found;
}

JobRows LoadRows(View& view, const Job& job) {
  JobRows rows;
  const Subject subject = Steps::RowOf(job.step).subject;
  if (subject == Subject::kOther) return rows;
  if (subject == Subject::kGroup) {
    rows.members = MembersOf(view, job);
    return rows;
  }
  if (subject == Subject::kImage) {
    if (const auto image = view.Find<MachineImage>(job.account, job.region, job.subject))
      rows.unfinished = UnfinishedSnapshots(view, *image);
    return rows;
  }
  if (subject == Subject::kInstance) {
    if (const auto instance = view.Find<Instance>(job.account, job.region, job.subject))
      rows.unmade = UnmadeDisks(view, *instance);
    return rows;
  }
  if (subject == Subject::kSnapshot) {
    // Asked by id, since its bytes outlive the row until no disk needs them.
    rows.disks_being_filled = view.CountDisksOf(
        Snapshot{.id = job.subject, .account = job.account, .region = job.region}, true);
    rows.snapshot = view.Find<Snapshot>(job.account, job.region, job.subject);
    if (!rows.snapshot) return rows;
    rows.disk = view.Find<Disk>(job.account, job.region, rows.snapshot->source_disk_id);
  } else {
    rows.disk = view.Find<Disk>(job.account, job.region, job.subject);
  }
  if (rows.disk) rows.instances = HoldersOf(view, *rows.disk);
  return rows;
}

StepResult Commit(std::function<void(Tx&)> commit) {
  return {.wait = {}, .commit = std::move(commit)};
}

StepResult Drop(const Job& job) {
  return Commit([job](Tx& tx) { tx.Remove(job); });
}

Event EventOf(const InstanceKey& instance) {
  return {.account = instance.account, .name = instance.id};
}

Event ImageEvent(const std::string& image) {
  return {.account = "", .name = image};
}

StepResult Steps::RunStep(const Job& job, const JobRows& rows) {
  return (this->*RowOf(job.step).run)(job, rows);
}

void Steps::Forget(std::int64_t job_id) {
  const auto found = memory_.find(job_id);
  if (found == memory_.end()) return;
  if (found->second.window) EndFreezes(*found->second.window);
  for (const std::string& image : found->second.copies) copies_.Cancel(image);
  memory_.erase(found);
}

void Steps::ForgetAll() {
  memory_.clear();
  fenced_.clear();
}

CopyPool::Done Steps::RunCopy(const Job& job, const std::string& image, CopyPool::Copy copy) {
  memory_[job.id].copies.insert(image);
  return copies_.Run(image, std::move(copy));
}

CopyPool::Done Steps::CloneImage(const Job& job, const std::string& from, const std::string& to,
                                 std::int64_t bytes) {
  return RunCopy(job, to,
                 [this, from, to, bytes](const std::stop_token& stop) -> Result<std::int64_t> {
                   const auto cloned = deps_.blocks.Clone(
                       from, to, bytes,
                       [&stop](std::int64_t, std::int64_t) { return !stop.stop_requested(); });
                   if (!cloned) return Fail(cloned.error());
                   return bytes;
                 });
}

// First the copy that makes it is ended, which else would leave it behind.
StepResult Steps::RemoveImage(const Job& job, const std::string& image) {
  if (!copies_.Cancel(image)) {
    return {.wait = {.blocked_on = fmt::format("image {}: its copy is ended", image),
                     .local = true,
                     .events = {ImageEvent(image)}}};
  }
  const auto removed = deps_.blocks.Remove(image);
  if (!removed) return Retry(job, removed.error().message);
  return Drop(job);
}

StepResult Steps::Retry(const Job& job, const std::string& failure) {
  Memory& memory = memory_[job.id];
  for (const std::string& image : memory.copies) copies_.Cancel(image);
  memory.copies.clear();
  return {.wait = {.blocked_on = fmt::format("{} {}: {}", WordOf(job.step), job.subject, failure),
                   .again = deps_.env.Steady() + kRetryAfter}};
}

}  // namespace cloudapi
