#include "cloudapi/rules/snapshot_archive.h"

#include <fmt/format.h>

#include "cloudapi/rules/snapshot_lock.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

tl::unexpected<ApiError> Denied(const Snapshot& snapshot, std::string_view rule,
                                std::string_view why) {
  return Refuse(403, "OperationDenied", rule, fmt::format("Snapshot {} {}.", snapshot.id, why),
                {{"snapshot.category", snapshot.category}});
}

Result<void> CheckArchiveRetention(const Snapshot& snapshot, std::int64_t days, SysMillis now) {
  if (days == 0) return {};
  const SysMillis end = *snapshot.creation_time + std::chrono::days(days);
  if (end < now + kArchiveRetention) {
    return Refuse(400, "InvalidRetentionDays.Malformed", "archive.retention",
                  fmt::format("{} days from the creation of snapshot {} leave it less than {} days "
                              "as an archive.",
                              days, snapshot.id, kArchiveRetention.count()),
                  {{"retention", std::to_string(days)}});
  }
  if (!IsLocked(snapshot) || end >= *LockEnd(snapshot)) return {};
  return Refuse(403, "InvalidOperation.SnapshotLocked", "archive.lock",
                fmt::format("Snapshot {} is locked for longer than {} days.", snapshot.id, days),
                {{"retention", std::to_string(days)}});
}

}  // namespace

Result<void> CheckArchive(const Snapshot& snapshot, const ArchiveTerms& terms, SysMillis now) {
  if (snapshot.status != SnapshotStatus::kAccomplished) {
    return Refuse(403, "InvalidSnapshotId.NotReady", "archive.snapshot-status",
                  fmt::format("Snapshot {} is {}, it must be accomplished.", snapshot.id,
                              WordOf(snapshot.status)),
                  {{"snapshot.status", std::string(WordOf(snapshot.status))}});
  }
  if (snapshot.category == kArchive) return Denied(snapshot, "archive.once", "is archived already");
  if (terms.under_way) {
    return Refuse(403, "Operation.Conflict", "archive.under-way",
                  fmt::format("Snapshot {} is being archived.", snapshot.id));
  }
  if (*snapshot.creation_time + kArchiveAge > now)
    return Denied(snapshot, "archive.age", "must have been kept for 14 days");
  return CheckArchiveRetention(snapshot, terms.retention_days, now);
}

std::string FormatArchive(std::int64_t retention_days) {
  return std::to_string(retention_days);
}

ArchiveOutcome CompleteArchive(Task task, const std::optional<Snapshot>& snapshot, SysMillis now) {
  ArchiveOutcome outcome{.task = std::move(task)};
  const auto retention = base::ParseNumber<std::int64_t>(outcome.task.detail);
  outcome.task.finished_time = now;
  outcome.task.status = TaskStatus::kFailed;
  if (!snapshot || !retention) return outcome;
  outcome.task.status = TaskStatus::kFinished;
  outcome.snapshot = snapshot;
  outcome.snapshot->category = kArchive;
  outcome.snapshot->retention_days = *retention;
  outcome.snapshot->last_modified_time = now;
  return outcome;
}

}  // namespace cloudapi
