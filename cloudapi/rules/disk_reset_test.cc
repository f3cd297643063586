#include "cloudapi/rules/disk_reset.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/disk_states.h"

namespace cloudapi {
namespace {

Instance Stopped() {
  Instance instance = RunningInstance("i-1");
  instance.status = InstanceStatus::kStopped;
  return instance;
}

Snapshot Ready() {
  return {.id = "s-1",
          .region = "cn-hangzhou",
          .status = SnapshotStatus::kAccomplished,
          .available = true,
          .source_disk_id = "d-1"};
}

std::string CodeOf(const Result<Disk>& disk) {
  return disk ? "" : disk.error().code;
}

TEST(ReInitTest, GivenEachStatusWhenReInitialisedThenOnlyInUse) {
  for (const DiskStatus status : kAllDiskStatuses) {
    const auto next = ReInit(DiskIn(status), nullptr, {.instances = {Stopped()}});
    EXPECT_EQ(CodeOf(next), status == DiskStatus::kInUse ? "" : "IncorrectDiskStatus");
    EXPECT_EQ(next ? next->status : DiskStatus::kReIniting, DiskStatus::kReIniting);
  }
}

TEST(ReInitTest, GivenWhatForbidsItWhenReInitialisedThenItsCode) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  EXPECT_EQ(CodeOf(ReInit(disk, nullptr, {.instances = {RunningInstance("i-1")}})),
            "IncorrectInstanceStatus");
  Instance node = Stopped();
  node.has_agent = true;
  EXPECT_EQ(CodeOf(ReInit(disk, nullptr, {.instances = {node}})), "OperationDenied");
  EXPECT_EQ(CodeOf(ReInit(disk, nullptr, {.snapshot_progressing = true, .instances = {Stopped()}})),
            "DiskCreatingSnapshot");
  disk.source_snapshot_id = "s-1";
  EXPECT_EQ(CodeOf(ReInit(disk, nullptr, {.instances = {Stopped()}})), "InvalidSourceSnapshot");
  const Snapshot source = Ready();
  EXPECT_EQ(ReInit(disk, &source, {.instances = {Stopped()}})->restoring_from, "s-1");
  disk.multi_attach = true;
  EXPECT_EQ(CodeOf(ReInit(disk, &source, {.instances = {Stopped()}})),
            "InvalidOperation.MultiAttachDisk");
}

TEST(ResetTest, GivenEachStatusWhenResetThenInUseOrAvailable) {
  for (const DiskStatus status : kAllDiskStatuses) {
    const auto next = Reset(DiskIn(status), Ready(), {.instances = {Stopped()}});
    const bool allowed = status == DiskStatus::kInUse || status == DiskStatus::kAvailable;
    const std::string refused = status == DiskStatus::kReIniting
                                    ? "InvalidOperation.DiskResetInProgress"
                                    : "IncorrectDiskStatus";
    EXPECT_EQ(CodeOf(next), allowed ? "" : refused);
    EXPECT_EQ(next ? next->restoring_from : "s-1", "s-1");
  }
}

TEST(ResetTest, GivenWhatForbidsItWhenResetThenItsCode) {
  const Disk disk = DiskIn(DiskStatus::kInUse);
  EXPECT_EQ(CodeOf(Reset(disk, Ready(), {.instances = {RunningInstance("i-1")}})),
            "IncorrectInstanceStatus");
  Snapshot other = Ready();
  other.source_disk_id = "d-2";
  EXPECT_EQ(CodeOf(Reset(disk, other, {})), "InvalidParameter.Mismatch");
  Snapshot young = Ready();
  young.status = SnapshotStatus::kProgressing;
  EXPECT_EQ(CodeOf(Reset(disk, young, {.snapshot_progressing = true})),
            "InvalidSnapshotId.NotReady");
  EXPECT_EQ(CodeOf(Reset(disk, Ready(), {.snapshot_progressing = true})),
            "IncorrectDiskStatus.HasUnfinishedSnapshot");
}

TEST(CompleteResetTest, GivenEachStatusWhenCompletedThenTheNextImageAndWhereItWas) {
  for (const DiskStatus status : kAllDiskStatuses) {
    const auto done = CompleteReset(DiskIn(status));
    ASSERT_EQ(done.has_value(), status == DiskStatus::kReIniting);
    if (!done) continue;
    EXPECT_EQ(done->status, DiskStatus::kInUse);
    EXPECT_EQ(done->generation, 1);
  }
  const auto reset = Reset(DiskIn(DiskStatus::kAvailable), Ready(), {});
  const auto done = CompleteReset(*reset);
  EXPECT_EQ(done->status, DiskStatus::kAvailable);
  EXPECT_EQ(done->restoring_from, "");
}

}  // namespace
}  // namespace cloudapi
