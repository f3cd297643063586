#pragma once
// What each kind of job does: one function a step, run again and again until it is ready.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/jobs/agent_reports.h"
#include "cloudapi/jobs/copy_pool.h"
#include "cloudapi/jobs/job_queue.h"
#include "cloudapi/rules/delays.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct JobsDeps {
  Env& env;
  CloudClock& clock;
  Store& store;
  Blocks& blocks;
  AgentReports& agents;
  CatalogueHolder& catalogue;
  Delays delays;
  bool snapshot_never_attached = false;  // --snapshot-never-attached=allow
};

// The rows that a job is about, read in one state of the database.
struct JobRows {
  std::optional<Disk> disk;  // the subject or the subject's source
  std::optional<Snapshot> snapshot;
  std::vector<Instance> instances;      // those that may hold a device of the disk
  std::int64_t disks_being_filled = 0;  // from the snapshot

  const Instance* FindInstance(std::string_view id) const;
};
JobRows LoadRows(View& view, const Job& job);

// Either why the job waits, or how to commit it.
struct StepResult {
  Wait wait;
  // Writes the step's outcome and removes the job. It reads the rows again: they may have changed.
  std::function<void(Tx&)> commit;
};

StepResult Commit(std::function<void(Tx&)> commit);
// Nothing to do (any more): the row is gone or has moved on.
StepResult Drop(const Job& job);
Event EventOf(const InstanceKey& instance);
// The copy that makes the image has ended.
Event ImageEvent(const std::string& image);

// One thread at a time.
class Steps {
 public:
  Steps(const JobsDeps& deps, CopyPool& copies) : deps_(deps), copies_(copies) {}

  StepResult RunStep(const Job& job, const JobRows& rows);
  // The job is committed or gone: what was remembered about it is dropped, its copy is ended.
  void Forget(std::int64_t job_id);
  void ForgetAll();
  // Detaching from that instance needs no report: its images are fenced.
  void FenceInstances(std::vector<InstanceKey> instances) { fenced_ = std::move(instances); }

 private:
  friend JobRows LoadRows(View& view, const Job& job);
  struct Row;
  static const Row& RowOf(Step step);

  // What a job has under way; lost by a restart, then done again.
  struct Memory {
    std::map<std::string, std::uint64_t> flushes;  // instance id → ticket
    std::optional<std::chrono::steady_clock::time_point> flush_deadline;
    bool agents_woken = false;
    std::string source;  // image that the bytes are taken from
    std::string copy;    // image that is made of them
  };

  StepResult CreateDisk(const Job& job, const JobRows& rows);
  StepResult AttachDisk(const Job& job, const JobRows& rows);
  StepResult DetachDisk(const Job& job, const JobRows& rows);
  StepResult GrowDisk(const Job& job, const JobRows& rows);
  StepResult ChangeDiskSpec(const Job& job, const JobRows& rows);
  StepResult UnlinkDisk(const Job& job, const JobRows& rows);
  StepResult CutSnapshot(const Job& job, const JobRows& rows);
  StepResult CopySnapshot(const Job& job, const JobRows& rows);
  StepResult FinishSnapshot(const Job& job, const JobRows& rows);
  StepResult ExpireSnapshot(const Job& job, const JobRows& rows);
  StepResult AgeSnapshotLock(const Job& job, const JobRows& rows);
  StepResult ArchiveSnapshot(const Job& job, const JobRows& rows);
  StepResult UnlinkSnapshot(const Job& job, const JobRows& rows);
  StepResult ResetDisk(const Job& job, const JobRows& rows);
  StepResult StartInstance(const Job& job, const JobRows& rows);
  StepResult StopInstance(const Job& job, const JobRows& rows);
  StepResult FirePolicy(const Job& job, const JobRows& rows);

  StepResult Fence(const Job& job, const Disk& disk);
  bool IsGivenUp(const InstanceKey& instance);
  std::optional<Wait> AwaitFlushes(const Job& job, const JobRows& rows);
  std::optional<Wait> AwaitDevices(const Job& job, const JobRows& rows);
  CopyPool::Copy CutCopy(const Job& job, const std::string& from);
  std::function<void(Tx&)> CutCommit(const Job& job, const Disk& disk, Result<std::int64_t> bytes);
  void ReportProgress(const Job& job, int percent);

  // The result of the job's copy, which is started at the first call. Without one the job waits.
  CopyPool::Done RunCopy(const Job& job, const std::string& image, CopyPool::Copy copy);
  CopyPool::Done CloneImage(const Job& job, const std::string& from, const std::string& to,
                            std::int64_t bytes);
  StepResult RemoveImage(const Job& job, const std::string& image);
  // The job is tried again a second later.
  StepResult Retry(const Job& job, const std::string& failure);

  const JobsDeps deps_;
  CopyPool& copies_;
  std::map<std::int64_t, Memory> memory_;  // by job
  std::vector<InstanceKey> fenced_;
};

}  // namespace cloudapi
