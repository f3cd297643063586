// The steps of instances that are virtual: those of a node start and stop without the cloud.
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

}  // namespace cloudapi
