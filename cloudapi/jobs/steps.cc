#include "cloudapi/jobs/steps.h"

#include <fmt/format.h>

#include <algorithm>

namespace cloudapi {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

}  // namespace

const Instance* JobRows::FindInstance(std::string_view id) const {
  const auto found = std::ranges::find(instances, id, &Instance::id);
  return found == instances.end() ? nullptr : &*found;
}

JobRows LoadRows(View& view, const Job& job) {
  JobRows rows;
  if (job.subject.starts_with("s-")) {
    rows.snapshot = view.Find<Snapshot>(job.account, job.region, job.subject);
    if (!rows.snapshot) return rows;
    rows.disk = view.Find<Disk>(job.account, job.region, rows.snapshot->source_disk_id);
  } else {
    rows.disk = view.Find<Disk>(job.account, job.region, job.subject);
  }
  if (!rows.disk) return rows;
  for (const Attachment& attachment : rows.disk->attachments) {
    auto instance = view.Find<Instance>(job.account, job.region, attachment.instance_id);
    if (instance) rows.instances.push_back(std::move(*instance));
  }
  return rows;
}

const std::vector<std::pair<std::string_view, Steps::Examiner>>& Steps::Table() {
  static const std::vector<std::pair<std::string_view, Examiner>> kTable = {
      {job_kinds::kDiskCreate, &Steps::CreateDisk},
      {job_kinds::kDiskAttach, &Steps::AttachDisk},
      {job_kinds::kDiskDetach, &Steps::DetachDisk},
      {job_kinds::kDiskGrow, &Steps::GrowDisk},
      {job_kinds::kDiskSpec, &Steps::ChangeDiskSpec},
      {job_kinds::kDiskUnlink, &Steps::UnlinkDisk},
      {job_kinds::kSnapshotCut, &Steps::CutSnapshot},
      {job_kinds::kSnapshotAvailable, &Steps::FinishSnapshot},
      {job_kinds::kSnapshotExpire, &Steps::ExpireSnapshot},
      {job_kinds::kSnapshotUnlink, &Steps::UnlinkSnapshot},
  };
  return kTable;
}

Look Steps::Examine(const Job& job, const JobRows& rows) {
  for (const auto& [kind, examiner] : Table()) {
    if (kind == job.kind) return (this->*examiner)(job, rows);
  }
  return {.waits_for = fmt::format("job {} of unknown kind {}", job.id, job.kind)};
}

void Steps::Forget(const Job& job) {
  memory_.erase(job.id);
  workers_.Forget(job.id);
}

void Steps::ForgetAll() {
  memory_.clear();
  fenced_.clear();
}

Look Steps::Retry(const Job& job, std::string failure) {
  workers_.Forget(job.id);
  Memory& memory = memory_[job.id];
  memory.retry_at = parts_.env.Steady() + kRetryAfter;
  memory.failure = std::move(failure);
  return {.waits_for = fmt::format("{} {}: {}", job.kind, job.subject, memory.failure)};
}

std::optional<Look> Steps::WaitForRetry(const Job& job) {
  const auto found = memory_.find(job.id);
  if (found == memory_.end() || !found->second.retry_at) return std::nullopt;
  if (parts_.env.Steady() >= *found->second.retry_at) {
    found->second.retry_at.reset();
    return std::nullopt;
  }
  return Look{.waits_for = fmt::format("{} {}: {}", job.kind, job.subject, found->second.failure)};
}

}  // namespace cloudapi
