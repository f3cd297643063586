#pragma once
// What each kind of job does: one function a kind, looked at again and again until it is ready.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudapi/jobs/byte_workers.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

namespace job_kinds {
// Left by the cut of a snapshot that has RetentionDays: delete it when they are over.
inline constexpr std::string_view kSnapshotExpire = "snapshot.expire";
}  // namespace job_kinds

// The rows that a job is about, read in one transaction.
struct JobRows {
  std::optional<Disk> disk;  // the subject or the subject's source
  std::optional<Snapshot> snapshot;
  std::vector<Instance> instances;  // those that the disk has attachments to

  const Instance* FindInstance(std::string_view id) const;
};
JobRows LoadRows(View& view, const Job& job);

// What a look at a due job answers: either it waits, or how to commit it.
struct Look {
  std::string waits_for;    // "disk d-… Attaching: agent of i-… has not reported"
  bool in_process = false;  // waits for bytes or a bounded flush, not for somebody else
  // Writes the step's outcome and removes the job. It reads the rows again: they may have changed.
  std::function<void(Tx&)> commit;
};

// One thread at a time.
class Steps {
 public:
  Steps(const JobsParts& parts, ByteWorkers& workers) : parts_(parts), workers_(workers) {}

  Look Examine(const Job& job, const JobRows& rows);
  // The job is committed or gone: what was remembered about it is dropped.
  void Forget(const Job& job);
  void ForgetAll();
  // Detaching from that instance needs no report: its images are fenced.
  void FenceInstances(std::vector<InstanceKey> instances) { fenced_ = std::move(instances); }

 private:
  // What a job has under way; lost by a restart, then done again.
  struct Memory {
    std::map<std::string, std::uint64_t> flushes;  // instance id → ticket
    std::optional<std::chrono::steady_clock::time_point> flush_deadline;
    std::optional<std::chrono::steady_clock::time_point> retry_at;
    std::string failure;  // of the last try
    bool nudged = false;
    std::string image;  // that the bytes are taken from
  };
  using Examiner = Look (Steps::*)(const Job&, const JobRows&);
  static const std::vector<std::pair<std::string_view, Examiner>>& Table();

  Look CreateDisk(const Job& job, const JobRows& rows);
  Look AttachDisk(const Job& job, const JobRows& rows);
  Look DetachDisk(const Job& job, const JobRows& rows);
  Look GrowDisk(const Job& job, const JobRows& rows);
  Look ChangeDiskSpec(const Job& job, const JobRows& rows);
  Look UnlinkDisk(const Job& job, const JobRows& rows);
  Look CutSnapshot(const Job& job, const JobRows& rows);
  Look FinishSnapshot(const Job& job, const JobRows& rows);
  Look ExpireSnapshot(const Job& job, const JobRows& rows);
  Look UnlinkSnapshot(const Job& job, const JobRows& rows);

  Look Fence(const Job& job, const Disk& disk);
  std::string FlushesPending(const Job& job, const JobRows& rows);
  ByteWorkers::Work CutWork(const Job& job, const Disk& disk);
  std::function<void(Tx&)> CutCommit(const Job& job, const Disk& disk, Result<std::int64_t> bytes);
  void ReportProgress(const Job& job, int percent);
  bool IsFenced(const InstanceKey& instance) const;
  std::string GrowPending(const Job& job, const JobRows& rows);
  // Tries again a second later; the job waits for `failure` to end.
  Look Retry(const Job& job, std::string failure);
  std::optional<Look> WaitForRetry(const Job& job);

  const JobsParts parts_;
  ByteWorkers& workers_;
  std::map<std::int64_t, Memory> memory_;
  std::vector<InstanceKey> fenced_;
};

}  // namespace cloudapi
