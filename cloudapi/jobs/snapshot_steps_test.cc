#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SnapshotStepsTest : public JobsTest {
 protected:
  // Runs what is due until the bytes of s-1 are cut; the clock stands at that moment.
  void RunUntilCut() {
    const SysMillis due = world_->env.CloudNow() + milliseconds(100);
    while (!world_->FindSnapshot("s-1")->creation_time) {
      world_->Advance(due - world_->env.CloudNow());
    }
  }
};

TEST_F(SnapshotStepsTest, GivenSnapshotWhenRunThenTwoMomentsAndImmutableBytes) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  const SysMillis asked = world_->env.CloudNow();
  RunUntilCut();
  const Snapshot cut = *world_->FindSnapshot("s-1");
  EXPECT_EQ(*cut.creation_time, asked + milliseconds(100));
  EXPECT_EQ(cut.status, SnapshotStatus::kProgressing);
  EXPECT_FALSE(cut.available);
  EXPECT_LT(cut.progress, 100);
  EXPECT_GT(cut.bytes, 0);
  EXPECT_LT(cut.bytes, kBytesPerGiB);
  world_->WriteImage(world_->Image("d-1", 0), "later");
  EXPECT_TRUE(world_->Advance(milliseconds(499)).settled);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kProgressing);
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  const Snapshot done = *world_->FindSnapshot("s-1");
  EXPECT_EQ(done.status, SnapshotStatus::kAccomplished);
  EXPECT_TRUE(done.available);
  EXPECT_EQ(done.progress, 100);
  EXPECT_EQ(done.creation_time, cut.creation_time);
  EXPECT_EQ(world_->ReadImage(world_->Image("s-1"), 5), "bytes");
}

TEST_F(SnapshotStepsTest, GivenInstantCategoryWhenCutThenAvailableBeforeAccomplished) {
  MakeDisk("cloud_essd");
  world_->CreateSnapshot("s-1", "d-1");
  RunUntilCut();
  EXPECT_TRUE(world_->FindSnapshot("s-1")->available);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kProgressing);
}

TEST_F(SnapshotStepsTest, GivenSnapshotWhenDiskIsMadeFromItThenSameBytesAndAtLeastItsSize) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->DeleteDisk("d-1");
  world_->CreateDisk("d-2", "s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-2"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-2", 0), 5), "bytes");
  EXPECT_EQ(world_->blocks->Size(world_->Image("d-2", 0)), JobsWorld::kGiB * kBytesPerGiB);
}

TEST_F(SnapshotStepsTest, GivenSnapshotThatExpiresWhileADiskIsMadeFromItThenItsBytesWait) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 1);
  ASSERT_TRUE(world_->Settle().settled);
  world_->blocks->fails = 1;
  world_->CreateDisk("d-2", "s-1");
  // Until the copy has failed and is to be tried again a second later.
  const auto failed = testing::Contains(testing::HasSubstr("No space left"));
  while (!testing::Matches(failed)(world_->Advance(milliseconds(100)).pending)) usleep(100);
  EXPECT_FALSE(world_->Advance(std::chrono::days(1)).settled);
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("s-1")));
  world_->env.Advance(seconds(1));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-1")));
  EXPECT_EQ(world_->ReadImage(world_->Image("d-2", 0), 5), "bytes");
}

TEST_F(SnapshotStepsTest, GivenManyJobsWhenASnapshotExpiresThenADiskThatIsMadeFromItIsStillSeen) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 1);
  ASSERT_TRUE(world_->Settle().settled);
  world_->Change([&](Tx& tx) {
    const Disk other{.id = "d-other", .account = "other", .region = JobsWorld::kRegion};
    for (int i = 0; i < 10'001; ++i) tx.Schedule(other, Step::kDiskGrow, std::chrono::days(1));
  });
  world_->Advance(std::chrono::hours(23));
  world_->settings.delays.create = std::chrono::hours(2);
  world_->CreateDisk("d-2", "s-1");
  world_->Advance(std::chrono::hours(1));
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
  EXPECT_EQ(world_->Status("d-2"), DiskStatus::kCreating);
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("s-1")));
  world_->Advance(std::chrono::hours(1));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-2", 0), 5), "bytes");
}

TEST_F(SnapshotStepsTest, GivenSnapshotDeletedBeforeItsCutThenNothingIsLeft) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->DeleteSnapshot("s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 0)});
}

TEST_F(SnapshotStepsTest, GivenSnapshotDeletedWhileItsBytesAreCopiedThenNothingIsLeft) {
  MakeDisk();
  absl::Notification copying;
  absl::Notification go_on;
  world_->blocks->during_clone = [&](const std::string&) {
    copying.Notify();
    go_on.WaitForNotification();
  };
  world_->CreateSnapshot("s-1", "d-1");
  world_->Advance(milliseconds(100));
  copying.WaitForNotification();
  world_->DeleteSnapshot("s-1");
  const Settled ending = world_->Advance(milliseconds(0));
  EXPECT_FALSE(ending.settled) << "the image may still come";
  go_on.Notify();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 0)});
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(SnapshotStepsTest, GivenSnapshotDeletedWhenItsBytesAreCopiedAlreadyThenNothingIsLeft) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->Advance(milliseconds(100));
  while (!world_->blocks->Exists(world_->Image("s-1"))) usleep(100);
  world_->DeleteSnapshot("s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 0)});
}

TEST_F(SnapshotStepsTest, GivenLockedSnapshotWhenTheClockGoesOnThenItsLockComesToItsDates) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 2);
  ASSERT_TRUE(world_->Settle().settled);
  world_->Advance(std::chrono::hours(12));
  const SysMillis locked = world_->env.CloudNow();
  world_->Call("LockSnapshot", {{"RegionId", JobsWorld::kRegion},
                                {"SnapshotId", world_->Id("s-1")},
                                {"LockMode", "compliance"},
                                {"LockDuration", "1"},
                                {"CoolOffPeriod", "1"}});
  const auto status = [this] { return world_->FindSnapshot("s-1")->lock_status; };
  world_->Advance(std::chrono::hours(1) - milliseconds(1));
  EXPECT_EQ(status(), LockStatus::kCoolOff);
  world_->Restart();
  world_->Advance(milliseconds(1));
  EXPECT_EQ(status(), LockStatus::kCompliance);
  world_->Advance(locked + std::chrono::days(1) - world_->env.CloudNow() - milliseconds(1));
  EXPECT_EQ(status(), LockStatus::kCompliance);
  world_->Advance(milliseconds(1));
  EXPECT_EQ(status(), LockStatus::kExpired);
  world_->Advance(std::chrono::days(1));
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
}

TEST_F(SnapshotStepsTest, GivenLockThatOutlastsTheRetentionWhenThatIsOverThenTheSnapshotWaits) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 2);
  ASSERT_TRUE(world_->Settle().settled);
  // A lock of longer than its retention is refused, so the row is made here.
  world_->Change([&](Tx& tx) {
    auto snapshot = *tx.Find<Snapshot>(JobsWorld::kAccount, "", world_->Id("s-1"));
    snapshot.lock_status = LockStatus::kCompliance;
    tx.Put(snapshot);
  });
  world_->Advance(std::chrono::days(2));
  EXPECT_TRUE(world_->FindSnapshot("s-1"));
}

TEST_F(SnapshotStepsTest, GivenSnapshotWhenArchivedThenItsTaskEndsAndItsNewRetentionCounts) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 20);
  ASSERT_TRUE(world_->Settle().settled);
  const SysMillis cut = *world_->FindSnapshot("s-1")->creation_time;
  world_->Advance(std::chrono::days(14));
  world_->Call("ModifySnapshotCategory",
               {{"SnapshotId", world_->Id("s-1")}, {"RetentionDays", "75"}});
  world_->Advance(world_->settings.delays.archive);
  EXPECT_EQ(world_->FindSnapshot("s-1")->category, kArchive);
  EXPECT_EQ(world_->ReadImage(world_->Image("s-1"), 5), "bytes");
  world_->Advance(cut + std::chrono::days(75) - world_->env.CloudNow() - milliseconds(1));
  EXPECT_TRUE(world_->FindSnapshot("s-1"));
  world_->Advance(milliseconds(1));
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
}

TEST_F(SnapshotStepsTest, GivenSnapshotDeletedMeanwhileWhenItsArchivingEndsThenTheTaskFailed) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->Advance(std::chrono::days(14));
  world_->Call("ModifySnapshotCategory", {{"SnapshotId", world_->Id("s-1")}});
  world_->DeleteSnapshot("s-1");
  ASSERT_TRUE(world_->Settle().settled);
  const auto tasks =
      world_->store->Read([](View& view) -> Result<std::vector<Task>> { return view.All<Task>(); });
  ASSERT_EQ(tasks->size(), 1U);
  EXPECT_EQ(tasks->front().status, TaskStatus::kFailed);
}

TEST_F(SnapshotStepsTest, GivenRetentionDaysWhenTheyAreOverThenSnapshotAndImageAreGone) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 3);
  ASSERT_TRUE(world_->Settle().settled);
  world_->CreateSnapshot("s-2", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  // Settling has moved the clock, by less than three hours in all.
  world_->Advance(std::chrono::days(3) - std::chrono::hours(3));
  ASSERT_TRUE(world_->FindSnapshot("s-1"));
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  world_->Restart();
  world_->Advance(std::chrono::hours(3));
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-1")));
  EXPECT_TRUE(world_->FindSnapshot("s-2"));
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("s-2")));
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(SnapshotStepsTest, GivenAttachedDiskWhenCutThenTheAgentWritesOutFirst) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->CreateSnapshot("s-1", "d-1");
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  EXPECT_EQ(world_->agents.flush_requests, std::vector<std::string>{world_->Id("d-1")});
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-1")));
  world_->agents.ReportFlushed("i-1", 1);
  ASSERT_TRUE(world_->Settle().settled);  // the cut, whose bytes a thread of its own copies
  ASSERT_TRUE(world_->Settle().settled);  // and what is due after it
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(world_->agents.flush_requests.size(), 1U);
}

TEST_F(SnapshotStepsTest, GivenAgentThatDoesNotFlushWhenFiveSecondsPassThenCutAnyway) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->CreateSnapshot("s-1", "d-1");
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  world_->env.Advance(seconds(5));
  ASSERT_TRUE(world_->Settle().settled);  // the cut, whose bytes a thread of its own copies
  ASSERT_TRUE(world_->Settle().settled);  // and what is due after it
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
}

TEST_F(SnapshotStepsTest, GivenNoSpaceWhenCutThenTheSnapshotFailsAndNothingIsLeft) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->blocks->fails = 1;
  ASSERT_TRUE(world_->Settle().settled);
  const Snapshot failed = *world_->FindSnapshot("s-1");
  EXPECT_EQ(failed.status, SnapshotStatus::kFailed);
  EXPECT_FALSE(failed.available);
  EXPECT_EQ(failed.failure, "No space left on device");
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 0)});
  EXPECT_EQ(world_->JobCount(), 0U);
}

}  // namespace
}  // namespace cloudapi
