#include <gtest/gtest.h>

#include <set>

#include "cloudapi/actions/release.h"
#include "cloudapi/jobs/testing/jobs_fixture.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

class PolicyStepsTest : public JobsTest {
 protected:
  // A policy of every day at that hour of UTC+8.
  void MakePolicy(const std::string& id, const std::string& time_points,
                  std::int64_t retention_days = -1) {
    world_->Change([&](Tx& tx) {
      tx.Put(SnapshotPolicy{.id = id,
                            .account = JobsWorld::kAccount,
                            .region = JobsWorld::kRegion,
                            .time_points = time_points,
                            .repeat_weekdays = "1,2,3,4,5,6,7",
                            .retention_days = retention_days,
                            .creation_time = tx.Now(),
                            .seq = tx.NextSeq()});
    });
  }
  void Apply(const std::string& policy, const std::string& disk) {
    world_->Change([&](Tx& tx) {
      LinkPolicy(tx, policy, *tx.Find<Disk>(JobsWorld::kAccount, "", world_->Id(disk)));
    });
  }
  SnapshotPolicy PolicyOf(const std::string& id) {
    return world_->store
        ->Read([&](View& view) -> Result<SnapshotPolicy> {
          return *view.Find<SnapshotPolicy>(JobsWorld::kAccount, "", id);
        })
        .value();
  }
  std::vector<Snapshot> Snapshots() {
    return world_->store
        ->Read([](View& view) -> Result<std::vector<Snapshot>> { return view.All<Snapshot>(); })
        .value();
  }
  std::vector<Job> Firings() {
    auto jobs =
        world_->store->Read([](View& view) -> Result<std::vector<Job>> { return view.AllJobs(); })
            .value();
    std::erase_if(jobs, [](const Job& job) { return job.step != Step::kPolicyFire; });
    return jobs;
  }
  // To just after the next firing of the policy, with what follows from it.
  void PassFiring(const std::string& policy) {
    const SysMillis next = NextFiring(PolicyOf(policy), world_->env.CloudNow());
    world_->Advance(next - world_->env.CloudNow());
    ASSERT_TRUE(world_->Settle().settled);
  }
};

TEST_F(PolicyStepsTest, GivenDiskUnderAPolicyWhenItsHourComesThenSnapshotOfItsBytes) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  const SysMillis next = NextFiring(PolicyOf("sp-1"), world_->env.CloudNow());
  world_->Advance(next - world_->env.CloudNow() - milliseconds(1));
  EXPECT_TRUE(Snapshots().empty());
  world_->Advance(milliseconds(1));
  ASSERT_TRUE(world_->Settle().settled);
  ASSERT_EQ(Snapshots().size(), 1U);
  const Snapshot snapshot = Snapshots()[0];
  EXPECT_EQ(snapshot.type, SnapshotType::kAuto);
  EXPECT_EQ(snapshot.status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(snapshot.requested_time, next);
  EXPECT_EQ(world_->ReadImage(SnapshotImage(snapshot.id), 5), "bytes");
  ASSERT_EQ(Firings().size(), 1U);
  EXPECT_EQ(Firings()[0].due, next + days(1));
}

TEST_F(PolicyStepsTest, GivenClockThatAdvancesAWeekThenOneSnapshotEachTime) {
  MakeDisk();
  MakePolicy("sp-1", "3,15");
  Apply("sp-1", "d-1");
  ASSERT_TRUE(world_->Advance(days(7), std::chrono::seconds(30)).settled);
  EXPECT_EQ(Snapshots().size(), 14U);
}

TEST_F(PolicyStepsTest, GivenRetentionWhenItIsOverThenTheSnapshotIsGone) {
  MakeDisk();
  MakePolicy("sp-1", "3", 2);
  Apply("sp-1", "d-1");
  for (int day = 0; day < 5; ++day) PassFiring("sp-1");
  // The retention counts from the cut, which is after the firing.
  world_->Advance(std::chrono::hours(1));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Snapshots().size(), 2U);
}

TEST_F(PolicyStepsTest, GivenTwoPoliciesOfOneDiskWhenTheyFireAtOnceThenTheSecondPassesOver) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  MakePolicy("sp-2", "3,4");
  Apply("sp-1", "d-1");
  Apply("sp-2", "d-1");
  PassFiring("sp-1");
  EXPECT_EQ(Snapshots().size(), 1U) << "a disk has one snapshot under way";
  PassFiring("sp-2");
  EXPECT_EQ(Snapshots().size(), 2U);
}

TEST_F(PolicyStepsTest, GivenDiskThatTakesNoPartThenTheOthersHaveTheirs) {
  MakeDisk();
  world_->CreateDisk("d-2");
  ASSERT_TRUE(world_->Settle().settled);
  world_->Change([&](Tx& tx) {
    Disk disk = *tx.Find<Disk>(JobsWorld::kAccount, "", world_->Id("d-1"));
    disk.enable_auto_snapshot = false;
    tx.Put(disk);
  });
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  Apply("sp-1", "d-2");
  PassFiring("sp-1");
  ASSERT_EQ(Snapshots().size(), 1U);
  EXPECT_EQ(Snapshots()[0].source_disk_id, world_->Id("d-2"));
}

TEST_F(PolicyStepsTest, GivenMoreDisksThanOneTurnWhenItFiresThenEachHasOne) {
  MakePolicy("sp-1", "3");
  for (int i = 0; i < 35; ++i) world_->CreateDisk("d-" + std::to_string(i));
  ASSERT_TRUE(world_->Settle().settled);
  for (int i = 0; i < 35; ++i) Apply("sp-1", "d-" + std::to_string(i));
  PassFiring("sp-1");
  std::set<std::string> disks;
  for (const Snapshot& snapshot : Snapshots()) disks.insert(snapshot.source_disk_id);
  EXPECT_EQ(Snapshots().size(), 35U);
  EXPECT_EQ(disks.size(), 35U);
  EXPECT_EQ(Firings().size(), 1U);
}

TEST_F(PolicyStepsTest, GivenTimesThatTheCloudSleptThroughWhenItStartsThenOneSnapshotAndTheNext) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  world_->Stop();
  world_->env.Advance(days(3));
  world_->Start();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Snapshots().size(), 1U);
  ASSERT_EQ(Firings().size(), 1U);
  EXPECT_EQ(Firings()[0].due, NextFiring(PolicyOf("sp-1"), world_->env.CloudNow()));
}

TEST_F(PolicyStepsTest, GivenFiringWhenTheCloudRestartsThenItIsNotRepeated) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  const SysMillis next = NextFiring(PolicyOf("sp-1"), world_->env.CloudNow());
  world_->Advance(next - world_->env.CloudNow());
  ASSERT_EQ(Snapshots().size(), 1U);
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Snapshots().size(), 1U);
  EXPECT_EQ(Snapshots()[0].status, SnapshotStatus::kAccomplished);
}

TEST_F(PolicyStepsTest, GivenFiringHalfDoneWhenTheCloudRestartsThenTheOthersHaveTheirTurn) {
  MakePolicy("sp-1", "3");
  for (int i = 0; i < 20; ++i) world_->CreateDisk("d-" + std::to_string(i));
  ASSERT_TRUE(world_->Settle().settled);
  for (int i = 0; i < 20; ++i) Apply("sp-1", "d-" + std::to_string(i));
  // As a process that died after the first turn leaves it: sixteen have had theirs.
  const Job fired = Firings().at(0);
  world_->Change([&](Tx& tx) {
    tx.Remove(fired);
    const auto links = tx.DisksOf(PolicyOf("sp-1"), 0, 16);
    tx.Schedule(PolicyOf("sp-1"), Step::kPolicyFire, {}, {.position = links.back().seq});
  });
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Snapshots().size(), 4U);
}

TEST_F(PolicyStepsTest, GivenAThousandAutomaticSnapshotsWhenItFiresThenTheOldestMakesRoom) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  world_->Change([&](Tx& tx) {
    for (int i = 0; i < kMaxAutoSnapshotsPerDisk; ++i) {
      tx.Put(Snapshot{.id = "s-old" + std::to_string(i),
                      .account = JobsWorld::kAccount,
                      .region = JobsWorld::kRegion,
                      .status = SnapshotStatus::kAccomplished,
                      .type = SnapshotType::kAuto,
                      .source_disk_id = world_->Id("d-1"),
                      .seq = tx.NextSeq()});
    }
  });
  PassFiring("sp-1");
  const auto snapshots = Snapshots();
  EXPECT_EQ(std::ssize(snapshots), kMaxAutoSnapshotsPerDisk);
  EXPECT_EQ(snapshots.front().id, "s-old1");
}

TEST_F(PolicyStepsTest, GivenTenThousandPoliciesWhenOneFiresThenTheOthersAreNotLookedAt) {
  MakeDisk();
  MakePolicy("sp-1", "3");
  Apply("sp-1", "d-1");
  // Each has a disk, all in another month.
  world_->Change([&](Tx& tx) {
    for (int i = 0; i < 10'000; ++i) {
      const SnapshotPolicy policy{.id = "sp-x" + std::to_string(i),
                                  .account = JobsWorld::kAccount,
                                  .region = JobsWorld::kRegion,
                                  .time_points = "3",
                                  .repeat_weekdays = "1",
                                  .disks = 1,
                                  .seq = tx.NextSeq()};
      tx.Put(policy);
      tx.Schedule(policy, Step::kPolicyFire, days(30));
    }
  });
  PassFiring("sp-1");
  EXPECT_EQ(Snapshots().size(), 1U);
  EXPECT_EQ(Firings().size(), 10'001U);
}

}  // namespace
}  // namespace cloudapi
