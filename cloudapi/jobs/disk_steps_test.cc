#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DiskStepsTest : public JobsTest {};

TEST_F(DiskStepsTest, GivenNewDiskWhenItsTimeComesThenImageAndAvailable) {
  world_->CreateDisk("d-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kCreating);
  EXPECT_FALSE(world_->blocks->Exists(world_->Image("d-1", 0)));
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->blocks->Size(world_->Image("d-1", 0)), JobsWorld::kGiB * kBytesPerGiB);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(DiskStepsTest, GivenVirtualInstanceWhenAttachedAndDetachedThenTheClockDecides) {
  MakeDisk();
  AttachTo("i-1", false);
  world_->Detach("d-1", "i-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(DiskStepsTest, GivenAgentWhenAttachIsDueThenWaitsForTheDeviceAndSaysSo) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  world_->Attach("d-1", "i-1");
  const Settled waiting = world_->Advance(milliseconds(1000));
  EXPECT_FALSE(waiting.settled);
  ASSERT_EQ(waiting.pending.size(), 1U);
  EXPECT_EQ(waiting.pending[0],
            fmt::format("disk {} Attaching: the agent of i-1 has not reported its device",
                        world_->Id("d-1")));
  Report("i-1", Presence::kPresent);
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
}

TEST_F(DiskStepsTest, GivenAgentReportsEarlyWhenAttachIsNotDueThenTheClockDecides) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  Report("i-1", Presence::kPresent);
  world_->Attach("d-1", "i-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAttaching);
}

TEST_F(DiskStepsTest, GivenAgentThatFallsSilentWhenAttachingThenFailsBackFencedAtTheLeasesEnd) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  world_->Attach("d-1", "i-1");
  world_->agents.FallSilent("i-1");
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  world_->env.Advance(FakeAgents::kLease - milliseconds(1));
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAttaching);
  world_->env.Advance(milliseconds(1));
  ASSERT_TRUE(world_->Settle().settled);
  const auto disk = world_->FindDisk("d-1");
  EXPECT_EQ(disk->status, DiskStatus::kAvailable);
  EXPECT_TRUE(disk->attachments.empty());
  EXPECT_EQ(disk->generation, 1) << "the node may be about to present the former image";
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 1)});
  world_->DeleteDisk("d-1");
  EXPECT_TRUE(world_->Settle().settled);
  EXPECT_TRUE(world_->blocks->List().empty());
}

TEST_F(DiskStepsTest, GivenAgentThatWasNeverToldWhenTheLeaseEndsThenFailsBackAsItIs) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  Report("i-1", Presence::kAbsent);
  world_->Attach("d-1", "i-1");
  world_->agents.FallSilent("i-1");
  world_->Advance(milliseconds(1000));
  world_->env.Advance(FakeAgents::kLease);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 0);
}

TEST_F(DiskStepsTest, GivenAgentWhenDetachIsDueThenWaitsUntilTheKernelLetGo) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->Detach("d-1", "i-1");
  Report("i-1", Presence::kUnknown);
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  Report("i-1", Presence::kAbsent);
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 0);
}

TEST_F(DiskStepsTest, GivenSilentAgentWhenDetachedThenFencedIntoTheNextGeneration) {
  MakeDisk();
  AttachTo("i-1", true);
  // The lost node's writer still has the file open.
  const FileDescriptor writer(
      ::open((world_->blocks->Folder() / world_->Image("d-1", 0)).c_str(), O_WRONLY | O_CLOEXEC));
  world_->agents.ForgetReports();
  world_->agents.FallSilent("i-1");
  world_->Detach("d-1", "i-1");
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  world_->env.Advance(FakeAgents::kLease);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{world_->Image("d-1", 1)});
  ASSERT_EQ(::pwrite(writer.Get(), "WRONG", 5, 4096), 5);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 1), 5), "bytes");
}

class ForcedAttachTest : public JobsTest {
 protected:
  // d-1 is regional and on i-1, a node; i-2 is a virtual instance of another zone.
  void SetUp() override {
    world_->Call("CreateDisk", {{"DiskName", "d-1"},
                                {"DiskCategory", "cloud_regional_disk_auto"},
                                {"Size", std::to_string(JobsWorld::kGiB)}});
    ASSERT_TRUE(world_->Settle().settled);
    world_->WriteImage(world_->Image("d-1", 0), "bytes");
    AttachTo("i-1", true);
    world_->PutInstance("i-2", false);
    world_->Change([](Tx& tx) {
      Instance instance = *tx.Find<Instance>(JobsWorld::kAccount, "", "i-2");
      instance.zone = "cn-hangzhou-d";
      tx.Put(instance);
    });
  }
  void Force() {
    world_->Call("AttachDisk",
                 {{"DiskId", world_->Id("d-1")}, {"InstanceId", "i-2"}, {"Force", "true"}});
  }
  void ExpectOnOther(std::int64_t generation) {
    const auto disk = world_->FindDisk("d-1");
    EXPECT_EQ(disk->status, DiskStatus::kInUse);
    ASSERT_EQ(disk->attachments.size(), 1U);
    EXPECT_EQ(disk->attachments[0].instance_id, "i-2");
    EXPECT_EQ(disk->generation, generation);
    EXPECT_EQ(world_->ReadImage(world_->Image("d-1", generation), 5), "bytes");
    EXPECT_EQ(world_->JobCount(), 0U);
  }
};

TEST_F(ForcedAttachTest, GivenNodeThatLetsGoWhenForcedThenTheOtherHasItsImage) {
  Force();
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  world_->Restart();
  Report("i-1", Presence::kAbsent);
  ASSERT_TRUE(world_->Settle().settled);
  ExpectOnOther(0);
}

TEST_F(ForcedAttachTest, GivenSilentNodeWhenForcedThenFencedAndTheOtherHasTheNextImage) {
  world_->agents.FallSilent("i-1");
  Force();
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  world_->env.Advance(FakeAgents::kLease);
  ASSERT_TRUE(world_->Settle().settled);
  ExpectOnOther(1);
}

TEST_F(ForcedAttachTest, GivenInstanceThatIsGoneMeanwhileWhenForcedThenTheDiskIsFree) {
  Force();
  world_->Change([](Tx& tx) { tx.Erase(*tx.Find<Instance>(JobsWorld::kAccount, "", "i-2")); });
  Report("i-1", Presence::kAbsent);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->forced_to, "");
}

TEST_F(DiskStepsTest, GivenAgentThatComesBackWhenItsDiskIsBeingFencedThenNoImageStaysBehind) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->agents.ForgetReports();
  world_->agents.FallSilent("i-1");
  world_->Detach("d-1", "i-1");
  world_->env.Advance(FakeAgents::kLease);
  absl::Notification copying;
  absl::Notification go_on;
  world_->blocks->during_clone = [&](const std::string&) {
    copying.Notify();
    go_on.WaitForNotification();
  };
  world_->Advance(milliseconds(1000));
  copying.WaitForNotification();
  Report("i-1", Presence::kAbsent);
  world_->Advance(milliseconds(0));
  go_on.Notify();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->blocks->List(),
            std::vector<std::string>{world_->Image("d-1", world_->FindDisk("d-1")->generation)});
}

TEST_F(DiskStepsTest, GivenSharedDiskWhenOneNodeIsSilentThenNotFencedUnderTheOthers) {
  MakeDisk("cloud_essd", true);
  AttachTo("i-1", true);
  AttachTo("i-2", true);
  world_->agents.ForgetReports();
  Report("i-2", Presence::kPresent);
  world_->agents.FallSilent("i-1");
  world_->Detach("d-1", "i-1");
  world_->env.Advance(FakeAgents::kLease);
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 0);
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("d-1", 0)));
  Report("i-2", Presence::kAbsent);
  world_->Detach("d-1", "i-2");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1) << "it is alone now";
}

TEST_F(DiskStepsTest, GivenDiskWhenGrownThenImageFirstThenTheDevice) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->Resize("d-1", 40);
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->blocks->Size(world_->Image("d-1", 0)), 40 * kBytesPerGiB);
  EXPECT_TRUE(world_->agents.woken.contains("i-1"));
  Report("i-1", Presence::kPresent, 40 * kBytesPerGiB);
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(DiskStepsTest, GivenDeviceThatDoesNotGrowWhenDetachedThenTheGrowthIsOver) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->Resize("d-1", 40);
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  world_->Detach("d-1", "i-1");
  Report("i-1", Presence::kAbsent);
  EXPECT_TRUE(world_->Advance(milliseconds(100)).settled);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(DiskStepsTest, GivenDeletedDiskWhenRunThenImageIsGone) {
  MakeDisk();
  world_->DeleteDisk("d-1");
  EXPECT_TRUE(world_->blocks->Exists(world_->Image("d-1", 0)));
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_TRUE(world_->blocks->List().empty());
}

TEST_F(DiskStepsTest, GivenNoSpaceWhenDiskIsCreatedThenTriedAgainASecondLater) {
  world_->CreateDisk("d-1");
  world_->blocks->fails = 1;
  const Settled waiting = world_->Advance(milliseconds(100));
  ASSERT_EQ(waiting.pending.size(), 1U);
  EXPECT_NE(waiting.pending[0].find("No space left"), std::string::npos);
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  world_->env.Advance(seconds(1));
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

}  // namespace
}  // namespace cloudapi
