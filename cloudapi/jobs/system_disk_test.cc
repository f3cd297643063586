// The life of a system disk: what its instance, its node's agent and a restart do to it.
#include <gtest/gtest.h>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

class SystemDiskTest : public JobsTest {
 protected:
  // The node i-1 with an agent; its system disk is called "root".
  void AdmitNode() {
    world_->Change([this](Tx& tx) {
      const Instance node = AdmitInstance(tx, *world_->catalogue.Get(),
                                          {.account = JobsWorld::kAccount,
                                           .id = "i-1",
                                           .zone = JobsWorld::kZone,
                                           .type = "ecs.g7.xlarge",
                                           .is_node = true,
                                           .has_agent = true})
                                .value();
      Disk disk = tx.SystemDiskOf(node).value();
      disk.name = "root";
      tx.Put(disk);
    });
    image_ = world_->Image("root", 0);
  }
  void Make() {
    AdmitNode();
    ASSERT_TRUE(world_->Settle().settled);
    ASSERT_EQ(world_->Status("root"), DiskStatus::kInUse);
  }
  void Remove() {
    world_->Change([](Tx& tx) {
      RemoveInstance(tx, tx.Find<Instance>(JobsWorld::kAccount, "", "i-1").value());
    });
  }
  void ExpectHeld() {
    const Disk disk = world_->FindDisk("root").value();
    EXPECT_EQ(disk.status, DiskStatus::kInUse);
    EXPECT_EQ(disk.generation, 0);
    EXPECT_EQ(disk.attachments.size(), 1U);
  }

  std::string image_;
};

TEST_F(SystemDiskTest, GivenNodeWhenAdmittedThenInUseWithItsImageAndNeverAvailable) {
  const std::int64_t before = world_->store->Revision();
  Make();
  EXPECT_EQ(world_->blocks->Size(image_), 40 * kBytesPerGiB);
  for (const Change& change : world_->store->ChangesAfter(before).changes) {
    EXPECT_EQ(change.after.find("\"Available\""), std::string::npos) << change.after;
  }
}

TEST_F(SystemDiskTest, GivenRestartWhenItsImageIsNotMadeYetThenItIsMade) {
  AdmitNode();
  world_->Restart();
  world_->jobs->Start();
  ASSERT_TRUE(world_->Settle().settled);
  ExpectHeld();
  EXPECT_TRUE(world_->blocks->Exists(image_));
}

TEST_F(SystemDiskTest, GivenSnapshotWhenCutThenNoAgentIsAskedAndADataDiskHasItsBytes) {
  Make();
  world_->agents.Report("i-1", world_->Id("root"), Presence::kPresent);
  world_->WriteImage(image_, "system");
  world_->CreateSnapshot("s-1", "root");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_TRUE(world_->agents.flush_requests.empty());
  EXPECT_EQ(world_->FindSnapshot("s-1")->source_disk_type, kSystemDisk);
  world_->CreateDisk("d-1", "s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindDisk("d-1")->type, kDataDisk);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-1", 0), 6), "system");
}

TEST_F(SystemDiskTest, GivenResizeWhenGrownThenNoAgentIsWaitedFor) {
  Make();
  world_->Resize("root", 50);
  EXPECT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->blocks->Size(image_), 50 * kBytesPerGiB);
  EXPECT_TRUE(world_->agents.woken.empty());
}

TEST_F(SystemDiskTest, GivenNodeWhenDisksAreWithdrawnThenItsSystemDiskIsNoneOfThem) {
  Make();
  EXPECT_TRUE(world_->jobs->WithdrawAll(false, milliseconds(0)).empty());
  ExpectHeld();
  EXPECT_TRUE(world_->jobs->WithdrawAll(true, milliseconds(0)).empty());
  ExpectHeld();
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(SystemDiskTest, GivenNodeThatIsGoneWhenItsDataDiskIsFencedThenTheSystemDiskStays) {
  Make();
  MakeDisk();
  Report("i-1", Presence::kPresent);
  world_->Attach("d-1", "i-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->agents.FallSilent("i-1");
  world_->env.Advance(FakeAgents::kLease);
  world_->Detach("d-1", "i-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1);
  ExpectHeld();
}

TEST_F(SystemDiskTest, GivenNodeThatIsGoneWhenRemovedThenRowAndImageGo) {
  Make();
  world_->agents.FallSilent("i-1");
  world_->env.Advance(FakeAgents::kLease);
  Remove();
  EXPECT_FALSE(world_->FindDisk("root"));
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_TRUE(world_->blocks->List().empty());
}

TEST_F(SystemDiskTest, GivenInstanceRemovedBeforeItsImageIsMadeThenNoneIsLeft) {
  AdmitNode();
  Remove();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_TRUE(world_->blocks->List().empty());
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(SystemDiskTest, GivenInstanceRemovedBetweenImageAndRowThenNoImageIsLeft) {
  AdmitNode();
  world_->blocks->after_create = [this] { Remove(); };
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_TRUE(world_->blocks->List().empty());
  EXPECT_EQ(world_->JobCount(), 0U);
}

}  // namespace
}  // namespace cloudapi
