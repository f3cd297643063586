#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <thread>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RunJobsTest : public JobsTest {};

TEST_F(RunJobsTest, GivenStepsDueOnTheWayWhenAdvancedThenEachRunsAtItsTime) {
  world_->PutInstance("i-1", false);
  world_->CreateDisk("d-1");
  world_->Advance(milliseconds(100));
  world_->Attach("d-1", "i-1");
  const SysMillis due = world_->env.CloudNow() + milliseconds(100);
  EXPECT_TRUE(world_->Advance(std::chrono::hours(1)).settled);
  EXPECT_EQ(world_->FindDisk("d-1")->attached_time, due);
  EXPECT_EQ(world_->env.CloudNow(), due - milliseconds(100) + std::chrono::hours(1));
}

TEST_F(RunJobsTest, GivenRealWorkThatOutlastsTheStepWhenAdvancedThenTheClockNeverGoesBack) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  const SysMillis begin = world_->env.CloudNow();
  // The clock runs on while the bytes are copied.
  world_->blocks->during_clone = [&](const std::string&) { world_->env.Advance(seconds(10)); };
  EXPECT_TRUE(world_->Advance(milliseconds(200), std::chrono::hours(1)).settled);
  EXPECT_TRUE(world_->FindSnapshot("s-1")->creation_time);
  EXPECT_EQ(world_->env.CloudNow(), begin + milliseconds(100) + seconds(10));
}

TEST_F(RunJobsTest, GivenManyWaitingJobsWhenOneIsDueThenTheOthersAreNotLookedAt) {
  world_->PutInstance("i-1", true);
  for (int i = 0; i < 3; ++i) {
    const std::string name = "w-" + std::to_string(i);
    world_->CreateDisk(name);
    world_->Advance(milliseconds(100));
    ASSERT_EQ(world_->Status(name), DiskStatus::kAvailable);
    world_->Attach(name, "i-1");
  }
  EXPECT_EQ(world_->Advance(milliseconds(100)).pending.size(), 3U);
  const int asked = world_->agents.questions;
  for (int i = 0; i < 5; ++i) {
    world_->CreateDisk("d-" + std::to_string(i));
    EXPECT_EQ(world_->Advance(milliseconds(100)).pending.size(), 3U);
  }
  EXPECT_EQ(world_->agents.questions, asked);
  world_->agents.Report("i-1", world_->Id("w-1"), Presence::kPresent);
  EXPECT_EQ(world_->Advance(milliseconds(0)).pending.size(), 2U);
}

TEST_F(RunJobsTest, GivenStartedWhenJobsComeThenItsThreadRunsThem) {
  world_->jobs->Start();
  world_->settings.delays = *ParseDelays("none");
  world_->CreateDisk("d-1");
  world_->jobs->AwaitEnd({{.account = JobsWorld::kAccount, .subject = world_->Id("d-1")}},
                         seconds(10));
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(RunJobsTest, GivenJobsOfAnObjectWhenAwaitedThenAlsoThoseThatFollowButNoDates) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 3);
  const Job of_s1{.account = JobsWorld::kAccount, .subject = world_->Id("s-1")};
  world_->Advance(milliseconds(99));
  world_->jobs->AwaitEnd({of_s1}, seconds(0));  // not yet: does not wait for ever
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kProgressing);
  absl::Notification ended;
  std::jthread waiter([&] {
    world_->jobs->AwaitEnd({of_s1}, std::chrono::hours(1));
    ended.Notify();
  });
  while (world_->FindSnapshot("s-1")->status != SnapshotStatus::kAccomplished) {
    EXPECT_FALSE(ended.HasBeenNotified());
    world_->Advance(milliseconds(100));
  }
  ended.WaitForNotification();
  EXPECT_EQ(world_->JobCount(), 1U) << "its end of retention";
}

TEST_F(RunJobsTest, GivenJobsLeftByTheProcessBeforeWhenAwaitedThenTheyCount) {
  world_->CreateDisk("d-1");
  world_->Restart();
  const Job of_d1{.account = JobsWorld::kAccount, .subject = world_->Id("d-1")};
  absl::Notification ended;
  std::jthread waiter([&] {
    world_->jobs->AwaitEnd({of_d1}, std::chrono::hours(1));
    ended.Notify();
  });
  EXPECT_FALSE(ended.HasBeenNotified());
  world_->Advance(milliseconds(100));
  ended.WaitForNotification();
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

}  // namespace
}  // namespace cloudapi
