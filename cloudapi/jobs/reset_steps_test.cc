// Other bytes for a disk, and what starting an instance does to its disks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

class ResetStepsTest : public JobsTest {
 protected:
  // d-1 on a stopped instance without agent, its snapshot s-1 of "bytes", and other bytes since.
  void MakeOlderSnapshot() {
    MakeDisk();
    AttachTo("i-1", false);
    world_->CreateSnapshot("s-1", "d-1");
    ASSERT_TRUE(world_->Settle().settled);
    world_->WriteImage(world_->Image("d-1", 0), "later");
    world_->Call("StopInstance", {{"InstanceId", "i-1"}});
    ASSERT_TRUE(world_->Settle().settled);
  }
  void Reset() {
    world_->Call("ResetDisk", {{"DiskId", world_->Id("d-1")}, {"SnapshotId", world_->Id("s-1")}});
  }
  void ReInit(Params::Map more = {}) {
    more.emplace("DiskId", world_->Id("d-1"));
    world_->Call("ReInitDisk", std::move(more));
  }
  InstanceStatus StatusOf(const std::string& id) {
    return world_->store
        ->Read([&](View& view) -> Result<InstanceStatus> {
          return view.Find<Instance>(JobsWorld::kAccount, "", id)->status;
        })
        .value();
  }
};

TEST_F(ResetStepsTest, GivenSnapshotWhenResetThenItsBytesAreBackAndTheOldImageIsGone) {
  MakeOlderSnapshot();
  Reset();
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kReIniting);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("d-1", 0)));
}

TEST_F(ResetStepsTest, GivenDiskGrownSinceWhenResetThenItKeepsItsSize) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->Call("ResizeDisk", {{"DiskId", world_->Id("d-1")}, {"NewSize", "30"}});
  Reset();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->blocks->Size(world_->Image("d-1", 1)), 30 * kBytesPerGiB);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
}

TEST_F(ResetStepsTest, GivenSnapshotThatExpiresWhileADiskIsResetToItThenItsBytesWait) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 1);
  ASSERT_TRUE(world_->Settle().settled);
  world_->WriteImage(world_->Image("d-1", 0), "later");
  world_->settings.delays.reset = std::chrono::hours(48);
  Reset();
  EXPECT_FALSE(world_->Advance(std::chrono::hours(30)).settled);
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("s-1")));
  world_->Advance(std::chrono::hours(20));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("s-1")));
}

TEST_F(ResetStepsTest, GivenDiskFromScratchWhenReInitialisedThenEmpty) {
  MakeOlderSnapshot();
  ReInit();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), std::string(5, '\0'));
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kStopped);
}

TEST_F(ResetStepsTest, GivenAutoStartWhenReInitialisedThenTheInstanceRuns) {
  MakeOlderSnapshot();
  ReInit({{"AutoStartInstance", "true"}});
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kRunning);
}

TEST_F(ResetStepsTest, GivenRestartWhileResettingThenItIsFinished) {
  MakeOlderSnapshot();
  Reset();
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
}

TEST_F(ResetStepsTest, GivenNoSpaceWhenResetThenTriedAgainAndTheDiskKeepsItsBytes) {
  MakeOlderSnapshot();
  world_->settings.delays.reset = std::chrono::milliseconds(0);
  world_->blocks->fails = 1;
  Reset();
  const auto failed = testing::Contains(testing::HasSubstr("No space left"));
  const std::chrono::milliseconds step(100);
  while (!testing::Matches(failed)(world_->Advance(step).pending)) usleep(100);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 0), 5), "later");
  world_->env.Advance(std::chrono::seconds(2));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
}

TEST_F(ResetStepsTest, GivenDiskResizedOfflineWhenRebootedThenTheGuestSeesItsSize) {
  MakeDisk();
  AttachTo("i-1", false);
  world_->Call("ResizeDisk", {{"DiskId", world_->Id("d-1")}, {"NewSize", "30"}});
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindDisk("d-1")->guest_size_gib, 20);
  world_->Call("RebootInstance", {{"InstanceId", "i-1"}});
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindDisk("d-1")->guest_size_gib, 30);
}

}  // namespace
}  // namespace cloudapi
