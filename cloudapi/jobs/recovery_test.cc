#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <thread>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

class RecoveryTest : public JobsTest {};

TEST_F(RecoveryTest, GivenDisksOnAgentsWhenWithdrawnThenDetachesAndWaits) {
  MakeDisk();
  AttachTo("i-1", true);
  EXPECT_EQ(world_->jobs->WithdrawAll(false, milliseconds(0)),
            std::vector<std::string>{world_->Id("d-1")});
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  Report("i-1", Presence::kAbsent);
  EXPECT_TRUE(world_->jobs->WithdrawAll(false, milliseconds(0)).empty());
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(RecoveryTest, GivenAgentThatSaysNothingWhenWithdrawnByForceThenFenced) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->agents.ForgetReports();
  EXPECT_TRUE(world_->jobs->WithdrawAll(true, milliseconds(0)).empty());
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1);
}

TEST_F(RecoveryTest, GivenEverythingWhenErasedThenNoRowJobOrImageRemains) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->CreateDisk("d-2");
  world_->jobs->EraseEverything();
  EXPECT_FALSE(world_->FindDisk("d-1"));
  EXPECT_EQ(world_->JobCount(), 0U);
  EXPECT_TRUE(world_->blocks->List().empty());
  world_->CreateDisk("d-3");
  EXPECT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-3"), DiskStatus::kAvailable);
}

TEST_F(RecoveryTest, GivenImagesOfAnotherDatabaseWhenStartedThenTheyStay) {
  ASSERT_TRUE(world_->blocks->Create("d-9.g0.img", 4096));
  world_->jobs->Start();
  EXPECT_TRUE(world_->blocks->Exists("d-9.g0.img"));
}

TEST_F(RecoveryTest, GivenImageWithoutRowWhenStartedThenGoneBeforeAnythingElseHappens) {
  MakeDisk();
  world_->jobs->Start();  // database and folder belong together from now on
  world_->Restart();
  ASSERT_TRUE(world_->blocks->Create("d-9.g0.img", 4096));
  world_->jobs->Start();
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 0)});
}

TEST_F(RecoveryTest, GivenOrphansBeingSoughtWhenResetThenOneAfterTheOther) {
  absl::Notification erased;
  std::jthread reset;
  world_->blocks->during_list = [&] {
    if (reset.joinable()) return;
    reset = std::jthread([&] {
      world_->jobs->EraseEverything();
      erased.Notify();
    });
    // Long enough for a reset that does not wait for its turn.
    EXPECT_FALSE(erased.WaitForNotificationWithTimeout(absl::Milliseconds(200)));
  };
  world_->jobs->Start();
  erased.WaitForNotification();
}

}  // namespace
}  // namespace cloudapi
