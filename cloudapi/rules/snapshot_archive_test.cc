#include "cloudapi/rules/snapshot_archive.h"

#include <gtest/gtest.h>

#include "cloudapi/rules/snapshot_lock.h"

namespace cloudapi {
namespace {

using std::chrono::days;

constexpr SysMillis kBorn{std::chrono::milliseconds(1700000000000)};
constexpr SysMillis kOldEnough = kBorn + kArchiveAge;

Snapshot Old() {
  return {.id = "s-1",
          .status = SnapshotStatus::kAccomplished,
          .available = true,
          .creation_time = kBorn};
}
std::string CodeOf(const Snapshot& snapshot, const ArchiveTerms& terms = {},
                   SysMillis now = kOldEnough) {
  const auto checked = CheckArchive(snapshot, terms, now);
  return checked ? "" : checked.error().code;
}

TEST(ArchiveTest, GivenSnapshotWhenArchivedThenAskedForItsState) {
  EXPECT_EQ(CodeOf(Old()), "");
  EXPECT_EQ(CodeOf(Old(), {}, kOldEnough - std::chrono::milliseconds(1)), "OperationDenied");
  EXPECT_EQ(CodeOf(Old(), {.under_way = true}), "Operation.Conflict");
  Snapshot snapshot = Old();
  snapshot.category = kArchive;
  EXPECT_EQ(CodeOf(snapshot), "OperationDenied");
  for (const auto status : {SnapshotStatus::kProgressing, SnapshotStatus::kFailed}) {
    snapshot = Old();
    snapshot.status = status;
    EXPECT_EQ(CodeOf(snapshot), "InvalidSnapshotId.NotReady");
  }
}

TEST(ArchiveTest, GivenRetentionWhenArchivedThenItLeavesSixtyDaysAndTheLock) {
  EXPECT_EQ(CodeOf(Old(), {.retention_days = 74}), "");
  EXPECT_EQ(CodeOf(Old(), {.retention_days = 74}, kOldEnough + days(1)),
            "InvalidRetentionDays.Malformed");
  const Snapshot locked = Lock(Old(), {.days = 100}, kOldEnough).value();
  EXPECT_EQ(CodeOf(locked, {.retention_days = 113}), "InvalidOperation.SnapshotLocked");
  EXPECT_EQ(CodeOf(locked, {.retention_days = 114}), "");
  EXPECT_EQ(CodeOf(locked), "");
}

TEST(ArchiveTest, GivenTaskWhenItEndsThenArchiveSnapshotOrFailed) {
  const Task task{.id = "t-1", .detail = FormatArchive(80)};
  const ArchiveOutcome done = CompleteArchive(task, Old(), kOldEnough);
  EXPECT_EQ(done.task.status, TaskStatus::kFinished);
  EXPECT_EQ(done.task.finished_time, kOldEnough);
  EXPECT_EQ(done.snapshot->category, kArchive);
  EXPECT_EQ(done.snapshot->retention_days, 80);
  EXPECT_EQ(done.snapshot->last_modified_time, kOldEnough);
  const ArchiveOutcome gone = CompleteArchive(task, std::nullopt, kOldEnough);
  EXPECT_EQ(gone.task.status, TaskStatus::kFailed);
  EXPECT_FALSE(gone.snapshot);
  EXPECT_EQ(CompleteArchive({.detail = "x"}, Old(), kOldEnough).task.status, TaskStatus::kFailed);
}

}  // namespace
}  // namespace cloudapi
