// Copies of snapshots in other regions.
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include "cloudapi/actions/release.h"
#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

class CopyStepsTest : public JobsTest {
 protected:
  void MakeSnapshot(std::int64_t retention_days = 0) {
    MakeDisk();
    world_->CreateSnapshot("s-1", "d-1", retention_days);
    ASSERT_TRUE(world_->Settle().settled);
  }
  void Copy(const std::string& name, Params::Map more = {}) {
    more.emplace("RegionId", JobsWorld::kRegion);
    more.emplace("SnapshotId", world_->Id("s-1"));
    more.emplace("DestinationRegionId", "cn-beijing");
    more.emplace("DestinationSnapshotName", name);
    more.emplace("DestinationSnapshotDescription", "text");
    world_->Call("CopySnapshot", std::move(more));
    world_->Id(name);
  }
};

TEST_F(CopyStepsTest, GivenSnapshotWhenCopiedThenItsBytesAreInTheOtherRegion) {
  MakeSnapshot();
  Copy("s-2");
  EXPECT_EQ(world_->FindSnapshot("s-2")->status, SnapshotStatus::kProgressing);
  ASSERT_TRUE(world_->Settle().settled);
  const Snapshot copy = *world_->FindSnapshot("s-2");
  EXPECT_EQ(copy.status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(copy.progress, 100);
  EXPECT_TRUE(copy.available);
  EXPECT_EQ(copy.region, "cn-beijing");
  EXPECT_EQ(world_->ReadImage(world_->Image("s-2"), 5), "bytes");
  EXPECT_EQ(world_->FindSnapshot("s-1")->copies_under_way, 0);
  world_->DeleteSnapshot("s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->ReadImage(world_->Image("s-2"), 5), "bytes");
}

TEST_F(CopyStepsTest, GivenRetentionWhenItIsOverThenTheCopyIsGone) {
  MakeSnapshot();
  Copy("s-2", {{"RetentionDays", "2"}});
  ASSERT_TRUE(world_->Settle().settled);
  world_->Advance(std::chrono::days(2));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_FALSE(world_->FindSnapshot("s-2"));
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-2")));
}

TEST_F(CopyStepsTest, GivenCopyThatIsDeletedUnderWayThenItIsCancelledAndNothingIsLeft) {
  MakeSnapshot();
  absl::Notification copying;
  absl::Notification go_on;
  world_->blocks->during_clone = [&](const std::string&) {
    copying.Notify();
    go_on.WaitForNotification();
  };
  Copy("s-2");
  world_->Advance(world_->settings.delays.available);
  copying.WaitForNotification();
  world_->DeleteSnapshot("s-2");
  go_on.Notify();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-2")));
  EXPECT_EQ(world_->FindSnapshot("s-1")->copies_under_way, 0);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(CopyStepsTest, GivenRestartWhileCopyingThenItIsFinished) {
  MakeSnapshot();
  Copy("s-2");
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindSnapshot("s-2")->status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(world_->ReadImage(world_->Image("s-2"), 5), "bytes");
}

TEST_F(CopyStepsTest, GivenNoSpaceWhenCopiedThenTheCopyFailsAndTheSourceMayGo) {
  MakeSnapshot();
  world_->blocks->fails = 1;
  Copy("s-2");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindSnapshot("s-2")->status, SnapshotStatus::kFailed);
  EXPECT_EQ(world_->FindSnapshot("s-1")->copies_under_way, 0);
}

TEST_F(CopyStepsTest, GivenSourceThatExpiresWhileItIsCopiedThenItWaits) {
  MakeSnapshot(1);
  world_->settings.delays.available = std::chrono::hours(48);
  Copy("s-2");
  EXPECT_FALSE(world_->Advance(std::chrono::hours(30)).settled);
  EXPECT_TRUE(world_->FindSnapshot("s-1"));
  world_->Advance(std::chrono::hours(20));
  world_->env.Advance(std::chrono::seconds(2));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindSnapshot("s-2")->status, SnapshotStatus::kAccomplished);
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
}

TEST_F(CopyStepsTest, GivenPolicyWithCopiesWhenItFiresThenItsSnapshotIsInBothRegions) {
  MakeDisk();
  world_->Change([&](Tx& tx) {
    const SnapshotPolicy policy{.id = "sp-1",
                                .account = JobsWorld::kAccount,
                                .region = JobsWorld::kRegion,
                                .time_points = "3",
                                .repeat_weekdays = "1,2,3,4,5,6,7",
                                .cross_region_copy = true,
                                .target_copy_regions = "cn-beijing",
                                .copied_retention_days = 30,
                                .seq = tx.NextSeq()};
    tx.Put(policy);
    LinkPolicy(tx, "sp-1", *tx.Find<Disk>(JobsWorld::kAccount, "", world_->Id("d-1")));
  });
  ASSERT_TRUE(world_->Advance(std::chrono::days(1), std::chrono::seconds(30)).settled);
  ASSERT_TRUE(world_->Settle().settled);
  const auto snapshots =
      world_->store
          ->Read([](View& view) -> Result<std::vector<Snapshot>> { return view.All<Snapshot>(); })
          .value();
  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[1].region, "cn-beijing");
  EXPECT_EQ(snapshots[1].name, snapshots[0].name);
  EXPECT_EQ(snapshots[1].type, SnapshotType::kAuto);
  EXPECT_EQ(snapshots[1].retention_days, 30);
  EXPECT_EQ(snapshots[1].status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(world_->ReadImage(SnapshotImage(snapshots[1].id), 5), "bytes");
}

}  // namespace
}  // namespace cloudapi
