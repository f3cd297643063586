#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class GroupStepsTest : public JobsTest {
 protected:
  // d-1 and d-2 with their names in their images.
  void MakeDisks() {
    for (const std::string name : {"d-1", "d-2"}) {
      world_->CreateDisk(name, "", "cloud_essd");
      ASSERT_TRUE(world_->Settle().settled);
      world_->WriteImage(world_->Image(name, 0), name);
    }
  }
  void CreateGroup() {
    world_->Call("CreateSnapshotGroup", {{"RegionId", JobsWorld::kRegion},
                                         {"Name", "all"},
                                         {"DiskId.1", world_->Id("d-1")},
                                         {"DiskId.2", world_->Id("d-2")}});
  }
  std::optional<SnapshotGroup> FindGroup() {
    return world_->store
        ->Read([](View& view) -> Result<std::optional<SnapshotGroup>> {
          auto groups = view.All<SnapshotGroup>();
          if (groups.empty()) return std::nullopt;
          return groups.front();
        })
        .value();
  }
  std::vector<Snapshot> Members() {
    return world_->store
        ->Read([](View& view) -> Result<std::vector<Snapshot>> { return view.All<Snapshot>(); })
        .value();
  }
  std::vector<std::string> BytesOfMembers() {
    std::vector<std::string> bytes;
    for (const Snapshot& member : Members())
      bytes.push_back(world_->ReadImage(SnapshotImage(member.id), 3));
    return bytes;
  }
  // To a node each.
  void AttachBoth() {
    int node = 0;
    for (const std::string name : {"d-1", "d-2"}) {
      const std::string instance = "i-" + std::to_string(++node);
      world_->PutInstance(instance, true);
      world_->agents.Report(instance, world_->Id(name), Presence::kPresent);
      world_->Attach(name, instance);
    }
    ASSERT_TRUE(world_->Settle().settled);
  }
  void Freeze(const std::string& disk, FreezeState state) {
    world_->agents.ReportFreeze(disk == "d-1" ? "i-1" : "i-2", world_->Id(disk), state);
  }
  void RunUntilThawIsAsked() {
    while (world_->agents.ended_freezes.size() < 2) {
      world_->Advance(milliseconds(0));
      usleep(100);
    }
    world_->agents.ended_freezes.clear();
  }
  void ExpectNoSnapshotImages() {
    for (const Snapshot& member : Members())
      EXPECT_FALSE(world_->blocks->Exists(SnapshotImage(member.id)));
  }
  void ExpectDisksOnly() {
    EXPECT_THAT(world_->blocks->List(),
                testing::UnorderedElementsAre(world_->Image("d-1", 0), world_->Image("d-2", 0)));
    EXPECT_EQ(world_->JobCount(), 0U);
  }
};

TEST_F(GroupStepsTest, GivenGroupWhenRunThenItsMembersAreCutTogetherAndItIsAccomplished) {
  MakeDisks();
  CreateGroup();
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kProgressing);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kAccomplished);
  const auto members = Members();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].creation_time, members[1].creation_time);
  EXPECT_EQ(members[1].status, SnapshotStatus::kAccomplished);
  EXPECT_THAT(BytesOfMembers(), testing::ElementsAre("d-1", "d-2"));
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(GroupStepsTest, GivenOneImageThatCannotBeCutThenTheGroupHasFailed) {
  MakeDisks();
  CreateGroup();
  world_->blocks->fails = 1;
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kFailed);
  EXPECT_THAT(Members(),
              testing::Contains(testing::Field(&Snapshot::status, SnapshotStatus::kFailed)));
}

TEST_F(GroupStepsTest, GivenGroupDeletedWhileItsBytesAreCopiedThenNothingIsLeft) {
  MakeDisks();
  absl::Notification copying;
  absl::Notification go_on;
  std::atomic<int> clones = 0;
  world_->blocks->during_clone = [&](const std::string&) {
    if (clones++ > 0) return;
    copying.Notify();
    go_on.WaitForNotification();
  };
  CreateGroup();
  world_->Advance(milliseconds(100));
  copying.WaitForNotification();
  world_->Call("DeleteSnapshotGroup",
               {{"RegionId", JobsWorld::kRegion}, {"SnapshotGroupId", FindGroup()->id}});
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled) << "an image may still come";
  go_on.Notify();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_FALSE(FindGroup());
  ExpectDisksOnly();
}

TEST_F(GroupStepsTest, GivenRestartBeforeTheCutThenItIsCutAfterwards) {
  MakeDisks();
  CreateGroup();
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kAccomplished);
  EXPECT_THAT(BytesOfMembers(), testing::ElementsAre("d-1", "d-2"));
}

TEST_F(GroupStepsTest, GivenNodesWhenRunThenNoImageIsCopiedBeforeAllAreFrozen) {
  MakeDisks();
  AttachBoth();
  CreateGroup();
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  EXPECT_THAT(world_->agents.freeze_requests,
              testing::UnorderedElementsAre(world_->Id("d-1"), world_->Id("d-2")));
  Freeze("d-1", FreezeState::kFrozen);
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  ExpectNoSnapshotImages();
  Freeze("d-2", FreezeState::kFrozen);
  RunUntilThawIsAsked();
  EXPECT_FALSE(Members()[0].creation_time) << "nothing says yet that they were frozen until then";
  Freeze("d-1", FreezeState::kHeld);
  Freeze("d-2", FreezeState::kHeld);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kAccomplished);
  EXPECT_EQ(world_->agents.freeze_requests.size(), 2U);
}

TEST_F(GroupStepsTest, GivenFileSystemsThatThawedEarlyThenAnotherWindow) {
  MakeDisks();
  AttachBoth();
  CreateGroup();
  world_->Advance(milliseconds(100));
  Freeze("d-1", FreezeState::kFrozen);
  Freeze("d-2", FreezeState::kFrozen);
  RunUntilThawIsAsked();
  world_->WriteImage(world_->Image("d-1", 0), "new");
  Freeze("d-1", FreezeState::kLost);
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->agents.freeze_requests.size(), 2U) << "not at once";
  world_->env.Advance(seconds(1));
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  ASSERT_EQ(world_->agents.freeze_requests.size(), 4U);
  world_->agents.ended_freezes.clear();
  for (const auto state : {FreezeState::kFrozen, FreezeState::kHeld}) {
    Freeze("d-1", state);
    Freeze("d-2", state);
    if (state == FreezeState::kFrozen) RunUntilThawIsAsked();
  }
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kAccomplished);
  EXPECT_THAT(BytesOfMembers(), testing::ElementsAre("new", "d-2"));
}

TEST_F(GroupStepsTest, GivenAgentThatNeverFreezesThenTheGroupFails) {
  MakeDisks();
  AttachBoth();
  CreateGroup();
  for (int second = 0; second < 60; ++second) {
    world_->Advance(milliseconds(100));
    world_->env.Advance(seconds(1));
  }
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(FindGroup()->status, SnapshotGroupStatus::kFailed);
  EXPECT_THAT(Members()[0].failure, testing::HasSubstr("did not keep the file systems"));
  EXPECT_FALSE(world_->agents.ended_freezes.empty());
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(GroupStepsTest, GivenGroupDeletedWhileFrozenThenItIsThawed) {
  MakeDisks();
  AttachBoth();
  CreateGroup();
  world_->Advance(milliseconds(100));
  Freeze("d-1", FreezeState::kFrozen);
  world_->Call("DeleteSnapshotGroup",
               {{"RegionId", JobsWorld::kRegion}, {"SnapshotGroupId", FindGroup()->id}});
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->agents.ended_freezes.size(), 2U);
  ExpectDisksOnly();
}

}  // namespace
}  // namespace cloudapi
