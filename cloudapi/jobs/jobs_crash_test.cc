// A process that dies at each crash point of the jobs, and the one that comes after it.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

// The story of one disk, each step once; called again after a crash it goes on where it stood.
void RunStory(JobsWorld& world) {
  world.agents.FallSilent("i-1");
  world.env.Advance(FakeAgents::kLease);
  if (!world.FindDisk("d-1") && !world.FindDisk("d-2")) {
    world.PutInstance("i-1", true);
    world.CreateDisk("d-1");
  }
  world.Settle();
  if (world.FindDisk("d-1") && !world.FindSnapshot("s-1")) {
    world.WriteImage(world.Image("d-1", 0), "bytes");
    world.CreateSnapshot("s-1", "d-1");
  }
  world.Settle();
  if (!world.FindDisk("d-2")) world.CreateDisk("d-2", "s-1");
  world.Settle();
  if (world.FindDisk("d-2")->generation == 0 && world.Status("d-2") == DiskStatus::kAvailable) {
    world.agents.Report("i-1", world.Id("d-2"), Presence::kPresent);
    world.Attach("d-2", "i-1");
  }
  world.agents.Report("i-1", world.Id("d-2"), Presence::kPresent);
  world.Settle();
  world.agents.ForgetReports();
  if (world.Status("d-2") == DiskStatus::kInUse) world.Detach("d-2", "i-1");
  world.Settle();
  if (world.FindDisk("d-1") && world.FindDisk("d-1")->generation == 0 &&
      world.Status("d-1") == DiskStatus::kAvailable) {
    world.Call("ResetDisk", {{"DiskId", world.Id("d-1")}, {"SnapshotId", world.Id("s-1")}});
  }
  world.Settle();
  if (world.FindDisk("d-1")) world.DeleteDisk("d-1");
  world.Settle();
}

class JobsCrashTest : public JobsTest, public testing::WithParamInterface<std::string_view> {};

TEST_P(JobsCrashTest, GivenCrashWhenRestartedThenConvergesWithoutOrphansOrLoss) {
  world_.reset();  // no threads when the process splits
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    base::ArmCrashPoint(kCloudCrashPoints, GetParam());
    JobsWorld world(folder_.path());
    RunStory(world);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 137) << "the story does not pass this point";
  world_ = std::make_unique<JobsWorld>(folder_.path());
  world_->env.SetCloud(world_->env.CloudNow() + std::chrono::hours(1));
  world_->jobs->Start();  // sweeps first
  world_->jobs->Stop();
  RunStory(*world_);
  EXPECT_EQ(world_->JobCount(), 0U);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  const auto disk = world_->FindDisk("d-2");
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->status, DiskStatus::kAvailable);
  EXPECT_EQ(disk->generation, 1);
  EXPECT_EQ(world_->ReadImage(world_->Image("d-2", 1), 5), "bytes");
  EXPECT_EQ(world_->blocks->List(),
            (std::vector<std::string>{world_->Image("d-2", 1), world_->Image("s-1")}));
}

std::vector<std::string_view> PointsOfJobs() {
  std::vector<std::string_view> points;
  for (const std::string_view point : kCloudCrashPoints) {
    if (point.starts_with("jobs.")) points.push_back(point);
  }
  return points;
}

INSTANTIATE_TEST_SUITE_P(EachPoint, JobsCrashTest, testing::ValuesIn(PointsOfJobs()),
                         [](const auto& point) {
                           std::string name(point.param);
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace cloudapi
