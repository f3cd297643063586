#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/disk_states.h"

namespace cloudapi {
namespace {

constexpr SysMillis kNow{std::chrono::milliseconds(1700000000000)};

Disk Used(DiskStatus status) {
  Disk disk = DiskIn(status);
  disk.ever_attached = true;
  return disk;
}

struct StartCase {
  std::string label;
  std::function<Result<Snapshot>()> run;
  std::string code;
};
class StartTest : public testing::TestWithParam<StartCase> {};

TEST_P(StartTest, GivenDiskWhenSnapshotBeginsThenAnswers) {
  const auto snapshot = GetParam().run();
  EXPECT_EQ(snapshot ? "" : snapshot.error().code, GetParam().code);
}

Result<Snapshot> Of(DiskStatus status) {
  return StartSnapshot(Used(status), {});
}
Result<Snapshot> WithInstance(InstanceStatus status) {
  Instance instance = RunningInstance("i-1");
  instance.status = status;
  return StartSnapshot(Used(DiskStatus::kInUse), {.instances = {instance}});
}

INSTANTIATE_TEST_SUITE_P(
    Table, StartTest,
    testing::Values(
        StartCase{"Creating", [] { return Of(DiskStatus::kCreating); }, "IncorrectDiskStatus"},
        StartCase{"Available", [] { return Of(DiskStatus::kAvailable); }, ""},
        StartCase{"Attaching", [] { return Of(DiskStatus::kAttaching); }, "IncorrectDiskStatus"},
        StartCase{"InUse", [] { return Of(DiskStatus::kInUse); }, ""},
        StartCase{"Detaching", [] { return Of(DiskStatus::kDetaching); }, "IncorrectDiskStatus"},
        StartCase{"ReIniting", [] { return Of(DiskStatus::kReIniting); }, "IncorrectDiskStatus"},
        StartCase{"NeverAttached", [] { return StartSnapshot(DiskIn(DiskStatus::kAvailable), {}); },
                  "IncorrectDiskStatus.NeverAttached"},
        StartCase{"NeverAttachedAllowed",
                  [] {
                    return StartSnapshot(DiskIn(DiskStatus::kAvailable),
                                         {.allow_never_attached = true});
                  },
                  ""},
        StartCase{
            "Progressing",
            [] { return StartSnapshot(Used(DiskStatus::kInUse), {.snapshot_progressing = true}); },
            "IncorrectDiskStatus.CreatingSnapshot"},
        StartCase{"Full", [] { return StartSnapshot(Used(DiskStatus::kInUse), {.existing = 256}); },
                  "QuotaExceed.Snapshot"},
        StartCase{"AlmostFull",
                  [] { return StartSnapshot(Used(DiskStatus::kInUse), {.existing = 255}); }, ""},
        StartCase{"InstanceStopped", [] { return WithInstance(InstanceStatus::kStopped); }, ""},
        StartCase{"InstanceStopping", [] { return WithInstance(InstanceStatus::kStopping); },
                  "IncorrectInstanceStatus"}),
    [](const auto& c) { return c.param.label; });

TEST(Snapshot, GivenEncryptedDiskWhenSnapshotBeginsThenCopiesWhatRestoringNeeds) {
  Disk disk = Used(DiskStatus::kInUse);
  disk.encrypted = true;
  disk.kms_key_id = "key";
  const Snapshot snapshot = StartSnapshot(disk, {}).value();
  EXPECT_EQ(snapshot.status, SnapshotStatus::kProgressing);
  EXPECT_EQ(snapshot.progress, 0);
  EXPECT_FALSE(snapshot.available);
  EXPECT_FALSE(snapshot.creation_time);
  EXPECT_EQ(snapshot.source_disk_id, "d-1");
  EXPECT_EQ(snapshot.source_disk_size_gib, 20);
  EXPECT_EQ(snapshot.source_zone, "cn-hangzhou-b");
  EXPECT_TRUE(snapshot.encrypted);
  EXPECT_EQ(snapshot.kms_key_id, "key");
}

// The five states that a snapshot can be in.
Snapshot Fresh() {
  return {.id = "s-1", .source_disk_id = "d-1"};
}
Snapshot Cut() {
  return CutSnapshot(Fresh(), kNow, 4096, false).value();
}
Snapshot Done() {
  return Accomplish(Cut(), kNow).value();
}
Snapshot Failed() {
  return FailSnapshot(Fresh(), "disk is full", kNow).value();
}

struct StepCase {
  std::string label;
  std::function<Result<Snapshot>(Snapshot)> run;
  std::array<bool, 4> allowed;  // not cut, cut, accomplished, failed
};
class StepTest : public testing::TestWithParam<StepCase> {};

TEST_P(StepTest, GivenEveryStateWhenStepRunsThenAnswers) {
  const std::array<Snapshot, 4> states = {Fresh(), Cut(), Done(), Failed()};
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto after = GetParam().run(states.at(i));
    EXPECT_EQ(after.has_value(), GetParam().allowed.at(i)) << i;
    EXPECT_TRUE(after || after.error().code == "OperationDenied");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, StepTest,
    testing::Values(StepCase{"Cut",
                             [](Snapshot s) { return CutSnapshot(std::move(s), kNow, 1, true); },
                             {true, false, false, false}},
                    StepCase{"Progress",
                             [](Snapshot s) { return ProgressSnapshot(std::move(s), 50); },
                             {true, true, false, false}},
                    StepCase{"Accomplish",
                             [](Snapshot s) { return Accomplish(std::move(s), kNow); },
                             {false, true, false, false}},
                    StepCase{"Fail",
                             [](Snapshot s) { return FailSnapshot(std::move(s), "why", kNow); },
                             {true, true, false, false}}),
    [](const auto& c) { return c.param.label; });

TEST(Snapshot, GivenInstantCategoryWhenCutThenIsAvailableWhileProgressing) {
  const Snapshot snapshot = CutSnapshot(Fresh(), kNow, 4096, true).value();
  EXPECT_TRUE(snapshot.available);
  EXPECT_EQ(snapshot.status, SnapshotStatus::kProgressing);
  EXPECT_EQ(snapshot.creation_time, kNow);
  EXPECT_EQ(snapshot.bytes, 4096);
  EXPECT_FALSE(Cut().available);
}

TEST(Snapshot, GivenProgressWhenReportedThenNeverGoesBackAndHundredMeansAccomplished) {
  Snapshot snapshot = ProgressSnapshot(Cut(), 40).value();
  EXPECT_EQ(ProgressSnapshot(snapshot, 30).value().progress, 40);
  EXPECT_EQ(ProgressSnapshot(snapshot, 100).value().progress, 99);
  const Snapshot done = Accomplish(snapshot, kNow).value();
  EXPECT_EQ(done.progress, 100);
  EXPECT_TRUE(done.available);
}

TEST(Snapshot, GivenFailureWhenRecordedThenIsNeverAvailable) {
  const Snapshot instant = CutSnapshot(Fresh(), kNow, 1, true).value();
  const Snapshot failed = FailSnapshot(instant, "no space", kNow).value();
  EXPECT_FALSE(failed.available);
  EXPECT_EQ(failed.failure, "no space");
}

TEST(Snapshot, GivenDisksMadeFromItWhenDeletedThenNeedsForce) {
  EXPECT_EQ(CheckDeleteSnapshot(Done(), 1, false).error().code, "SnapshotCreatedDisk");
  EXPECT_TRUE(CheckDeleteSnapshot(Done(), 1, true));
  EXPECT_TRUE(CheckDeleteSnapshot(Done(), 0, false));
  EXPECT_TRUE(CheckDeleteSnapshot(Fresh(), 0, false));
}

}  // namespace
}  // namespace cloudapi
