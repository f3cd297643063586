// The steps of instances that are virtual: those of a node start and stop without the cloud.
#include <fmt/format.h>

#include "cloudapi/actions/release_instance.h"
#include "cloudapi/jobs/steps.h"
#include "cloudapi/rules/instance_states.h"

namespace cloudapi {
namespace {

// The guest sees the whole size of a disk that was resized offline.
void ShowSizes(Tx& tx, const Instance& instance) {
  std::vector<Disk> disks = tx.DataDisksOf(instance);
  if (auto system = tx.SystemDiskOf(instance)) disks.push_back(std::move(*system));
  for (Disk& disk : disks) {
    if (disk.guest_size_gib == disk.size_gib) continue;
    disk.guest_size_gib = disk.size_gib;
    tx.Put(disk);
  }
}

}  // namespace

// The commit of the job that makes a disk is an event of the disk.
StepResult Steps::MakeInstance(const Job& job, const JobRows& rows) {
  if (!rows.unmade.empty()) {
    Wait wait{.blocked_on = fmt::format("instance {} Pending: its disks are made", job.subject)};
    for (const Disk& disk : rows.unmade)
      wait.events.push_back({.account = disk.account, .name = disk.id});
    return {.wait = std::move(wait)};
  }
  return Commit([job, start = deps_.delays.start](Tx& tx) {
    tx.Remove(job);
    const auto instance = tx.Find<Instance>(job.account, job.region, job.subject);
    if (!instance) return;
    const auto made = CompletePending(*instance);
    if (!made) return;
    tx.Put(*made);
    if (made->status == InstanceStatus::kStarting) tx.Schedule(*made, Step::kInstanceStart, start);
  });
}

StepResult Steps::StartInstance(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    tx.Remove(job);
    const auto instance = tx.Find<Instance>(job.account, job.region, job.subject);
    if (!instance) return;
    const auto started = CompleteStart(*instance);
    if (!started) return;
    tx.Put(*started);
    ShowSizes(tx, *started);
  });
}

StepResult Steps::StopInstance(const Job& job, const JobRows& /*rows*/) {
  return Commit([job](Tx& tx) {
    tx.Remove(job);
    const auto instance = tx.Find<Instance>(job.account, job.region, job.subject);
    if (!instance) return;
    if (const auto stopped = CompleteStop(*instance)) tx.Put(*stopped);
  });
}

// One that is on its way to another state, or has a disk that is, goes a little later.
StepResult Steps::AutoReleaseInstance(const Job& job, const JobRows& /*rows*/) {
  constexpr std::chrono::minutes kLater{1};
  return Commit([job, kLater](Tx& tx) {
    tx.Remove(job);
    const auto instance = tx.Find<Instance>(job.account, job.region, job.subject);
    if (!instance) return;
    if (CheckAutoRelease(tx, *instance)) {
      ReleaseInstance(tx, *instance);
    } else {
      tx.Schedule(*instance, Step::kInstanceRelease, kLater);
    }
  });
}

}  // namespace cloudapi
