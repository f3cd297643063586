#pragma once
// What each kind of job does: one function a step, run again and again until it is ready.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
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

// A disk and the instances that may hold a device of it.
struct HeldDisk {
  Disk disk;
  std::vector<Instance> instances;
};
// A snapshot of a group, and its disk unless that is gone.
struct GroupMember {
  Snapshot snapshot;
  std::optional<HeldDisk> source;
};

// The rows that a job is about, read in one state of the database.
struct JobRows {
  std::optional<Disk> disk;  // the subject or the subject's source
  std::optional<Snapshot> snapshot;
  std::vector<Instance> instances;      // those that may hold a device of the disk
  std::int64_t disks_being_filled = 0;  // from the snapshot
  std::vector<GroupMember> members;     // of the group; none: it is gone
  std::vector<Snapshot> unfinished;     // of the image, those that progress
  std::vector<Disk> unmade;             // of the instance, those whose images are still made

  const Instance* FindInstance(std::string_view id) const;
};
JobRows LoadRows(View& view, const Job& job);

struct SnapshotKey {
  std::string account;
  std::string region;
  std::string id;
};

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

  // A flush or a freeze that was asked of an agent.
  struct Flush {
    std::string instance_id;
    std::string disk_id;
    std::uint64_t ticket = 0;
  };
  // The bytes that each member of a group has, by its id.
  using Cuts = std::map<std::string, Result<std::int64_t>>;
  // In which the disks of a group are cut.
  struct GroupWindow {
    std::string account;
    std::chrono::steady_clock::time_point end;
    std::vector<Flush> freezes;
    std::optional<Cuts> cut;  // all images are cloned
  };
  // What a job has under way; lost by a restart, then done again.
  struct Memory {
    std::vector<Flush> flushes;
    std::optional<std::chrono::steady_clock::time_point> flush_deadline;
    bool agents_woken = false;
    std::string source;            // image that the bytes are taken from
    std::set<std::string> copies;  // images that are made
    std::optional<GroupWindow> window;
    std::optional<std::chrono::steady_clock::time_point> next_window;
    std::optional<std::chrono::steady_clock::time_point> give_up;
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
  StepResult CutGroup(const Job& job, const JobRows& rows);
  StepResult MakeInstance(const Job& job, const JobRows& rows);
  StepResult StartInstance(const Job& job, const JobRows& rows);
  StepResult StopInstance(const Job& job, const JobRows& rows);
  StepResult AutoReleaseInstance(const Job& job, const JobRows& rows);
  StepResult MakeImage(const Job& job, const JobRows& rows);
  StepResult FirePolicy(const Job& job, const JobRows& rows);

  StepResult Fence(const Job& job, const Disk& disk);
  bool IsGivenUp(const InstanceKey& instance);
  std::optional<Wait> AwaitFlushes(const Job& job, const HeldDisk& held);
  void RequestFlushes(const Job& job, const HeldDisk& held);
  void OpenWindow(const Job& job, const std::vector<GroupMember>& members);
  void EndFreezes(const GroupWindow& window);
  void CloseWindow(const Job& job);
  StepResult TryAnotherWindow(const Job& job, const std::string& why);
  std::optional<StepResult> AwaitFreezes(const Job& job, FreezeState wanted);
  std::function<void(Tx&)> CutsCommit(const Job& job, Result<Cuts> cuts);
  std::optional<Wait> AwaitCuts(const Job& job, const std::vector<GroupMember>& members,
                                Cuts& cuts);
  std::optional<Wait> AwaitDevices(const Job& job, const JobRows& rows);
  CopyPool::Copy CutCopy(const SnapshotKey& snapshot, const std::string& from);
  std::function<void(Tx&)> CutCommit(const Job& job, Result<std::int64_t> bytes);
  void CommitCut(Tx& tx, const Snapshot& snapshot, const Result<std::int64_t>& bytes);
  void ReportProgress(const SnapshotKey& snapshot, int percent);

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
