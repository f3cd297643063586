#pragma once
// Standard snapshots that become archive ones, as functions of values: no clock, no database.
// Source: ECS API reference, ModifySnapshotCategory.
#include <cstdint>
#include <optional>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

// How old a snapshot is archived, and how long an archive one is kept at least.
inline constexpr std::chrono::days kArchiveAge{14};
inline constexpr std::chrono::days kArchiveRetention{60};

struct ArchiveTerms {
  std::int64_t retention_days = 0;  // from its creation; 0: for ever
  bool under_way = false;           // another ModifySnapshotCategory of it
};

// Whether it may be archived. Errors: 403 InvalidSnapshotId.NotReady unless accomplished,
// OperationDenied (archived already, or too young), Operation.Conflict (under way),
// InvalidOperation.SnapshotLocked (a retention that ends before its lock); 400
// InvalidRetentionDays.Malformed (one that leaves less than kArchiveRetention).
Result<void> CheckArchive(const Snapshot& snapshot, const ArchiveTerms& terms, SysMillis now);

// The retention as a task keeps it.
std::string FormatArchive(std::int64_t retention_days);

// The end of a ModifySnapshotCategory: its task, Finished with the archive snapshot, or Failed when
// the snapshot is gone or the task's detail is no retention.
struct ArchiveOutcome {
  Task task;
  std::optional<Snapshot> snapshot;
};
ArchiveOutcome CompleteArchive(Task task, const std::optional<Snapshot>& snapshot, SysMillis now);

}  // namespace cloudapi
