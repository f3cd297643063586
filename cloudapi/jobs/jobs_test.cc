#include "cloudapi/jobs/jobs.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/testing/jobs_world.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

class JobsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "zonedisk-jobs-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    world_ = std::make_unique<JobsWorld>(folder_);
  }
  void TearDown() override {
    world_.reset();
    std::filesystem::remove_all(folder_);
  }
  // d-1 with "bytes" in its image, Available.
  void MakeDisk(const std::string& category = "cloud_efficiency") {
    world_->CreateDisk("d-1", "", category);
    ASSERT_TRUE(world_->Settle().settled);
    world_->WriteImage("d-1.g0.img", "bytes");
  }
  void AttachTo(const std::string& instance, bool has_agent) {
    world_->PutInstance(instance, has_agent);
    if (has_agent) world_->agents.presence[{instance, "d-1"}] = Presence::kPresent;
    world_->Attach("d-1", instance);
    ASSERT_TRUE(world_->Settle().settled);
    ASSERT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
  }

  std::filesystem::path folder_;
  std::unique_ptr<JobsWorld> world_;
};

TEST_F(JobsTest, GivenNewDiskWhenItsTimeComesThenImageAndAvailable) {
  world_->CreateDisk("d-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kCreating);
  EXPECT_FALSE(world_->blocks->Exists("d-1.g0.img"));
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->blocks->Size("d-1.g0.img"), JobsWorld::kGiB * kBytesPerGiB);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(JobsTest, GivenVirtualInstanceWhenAttachedAndDetachedThenTheClockDecides) {
  MakeDisk();
  AttachTo("i-1", false);
  world_->Detach("d-1", "i-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(JobsTest, GivenAgentWhenAttachIsDueThenWaitsForTheDeviceAndSaysSo) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  world_->Attach("d-1", "i-1");
  const Settled waiting = world_->Advance(milliseconds(1000));
  EXPECT_FALSE(waiting.settled);
  ASSERT_EQ(waiting.pending.size(), 1U);
  EXPECT_EQ(waiting.pending[0], "disk d-1 Attaching: the agent of i-1 has not reported its device");
  world_->agents.presence[{"i-1", "d-1"}] = Presence::kPresent;
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
}

TEST_F(JobsTest, GivenAgentReportsEarlyWhenAttachIsNotDueThenTheClockDecides) {
  MakeDisk();
  world_->PutInstance("i-1", true);
  world_->agents.presence[{"i-1", "d-1"}] = Presence::kPresent;
  world_->Attach("d-1", "i-1");
  EXPECT_TRUE(world_->Advance(milliseconds(99)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAttaching);
}

TEST_F(JobsTest, GivenAgentWhenDetachIsDueThenWaitsUntilTheKernelLetGo) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->Detach("d-1", "i-1");
  world_->agents.presence[{"i-1", "d-1"}] = Presence::kUnknown;
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  world_->agents.presence[{"i-1", "d-1"}] = Presence::kAbsent;
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 0);
}

TEST_F(JobsTest, GivenSilentAgentWhenDetachedThenFencedIntoTheNextGeneration) {
  MakeDisk();
  AttachTo("i-1", true);
  // The lost node's writer still has the file open.
  const FileDescriptor writer(
      ::open((world_->blocks->Folder() / "d-1.g0.img").c_str(), O_WRONLY | O_CLOEXEC));
  world_->agents.presence.clear();
  world_->Detach("d-1", "i-1");
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  world_->agents.silent.insert("i-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{"d-1.g1.img"});
  ASSERT_EQ(::pwrite(writer.Get(), "WRONG", 5, 4096), 5);
  EXPECT_EQ(world_->ReadImage("d-1.g1.img", 5), "bytes");
}

TEST_F(JobsTest, GivenSharedDiskWhenOneNodeIsSilentThenNotFencedUnderTheOthers) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->PutInstance("i-2", true);
  world_->agents.presence[{"i-2", "d-1"}] = Presence::kPresent;
  world_->Attach("d-1", "i-2");
  ASSERT_TRUE(world_->Settle().settled);
  world_->agents.presence.erase({"i-1", "d-1"});
  world_->agents.silent.insert("i-1");
  world_->Detach("d-1", "i-1");
  EXPECT_FALSE(world_->Advance(milliseconds(1000)).settled);
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 0);
  EXPECT_TRUE(world_->blocks->Exists("d-1.g0.img"));
}

TEST_F(JobsTest, GivenDiskWhenGrownThenImageFirstThenTheDevice) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->Resize("d-1", 40);
  EXPECT_FALSE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->blocks->Size("d-1.g0.img"), 40 * kBytesPerGiB);
  EXPECT_TRUE(world_->agents.nudged.contains("i-1"));
  world_->agents.bytes[{"i-1", "d-1"}] = 40 * kBytesPerGiB;
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(JobsTest, GivenDeletedDiskWhenRunThenImageIsGone) {
  MakeDisk();
  world_->DeleteDisk("d-1");
  EXPECT_TRUE(world_->blocks->Exists("d-1.g0.img"));
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_TRUE(world_->blocks->List().empty());
}

TEST_F(JobsTest, GivenSnapshotWhenRunThenTwoMomentsAndImmutableBytes) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  const SysMillis asked = world_->env.CloudNow();
  while (!world_->FindSnapshot("s-1")->creation_time) {
    world_->Advance(asked + milliseconds(100) - world_->env.CloudNow());
  }
  Snapshot cut = *world_->FindSnapshot("s-1");
  EXPECT_EQ(*cut.creation_time, asked + milliseconds(100));
  EXPECT_EQ(cut.status, SnapshotStatus::kProgressing);
  EXPECT_FALSE(cut.available);
  EXPECT_LT(cut.progress, 100);
  EXPECT_GT(cut.bytes, 0);
  EXPECT_LT(cut.bytes, kBytesPerGiB);
  world_->WriteImage("d-1.g0.img", "later");
  EXPECT_TRUE(world_->Advance(milliseconds(499)).settled);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kProgressing);
  EXPECT_TRUE(world_->Advance(milliseconds(1)).settled);
  const Snapshot done = *world_->FindSnapshot("s-1");
  EXPECT_EQ(done.status, SnapshotStatus::kAccomplished);
  EXPECT_TRUE(done.available);
  EXPECT_EQ(done.progress, 100);
  EXPECT_EQ(done.creation_time, cut.creation_time);
  EXPECT_EQ(world_->ReadImage("s-1.img", 5), "bytes");
}

TEST_F(JobsTest, GivenInstantCategoryWhenCutThenAvailableBeforeAccomplished) {
  MakeDisk("cloud_essd");
  world_->CreateSnapshot("s-1", "d-1");
  const SysMillis due = world_->env.CloudNow() + milliseconds(100);
  while (!world_->FindSnapshot("s-1")->creation_time) {
    world_->Advance(due - world_->env.CloudNow());
  }
  EXPECT_TRUE(world_->FindSnapshot("s-1")->available);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kProgressing);
}

TEST_F(JobsTest, GivenSnapshotWhenDiskIsMadeFromItThenSameBytesAndAtLeastItsSize) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->DeleteDisk("d-1");
  world_->CreateDisk("d-2", "s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->Status("d-2"), DiskStatus::kAvailable);
  EXPECT_EQ(world_->ReadImage("d-2.g0.img", 5), "bytes");
  EXPECT_EQ(world_->blocks->Size("d-2.g0.img"), JobsWorld::kGiB * kBytesPerGiB);
}

TEST_F(JobsTest, GivenSnapshotDeletedWhileADiskIsMadeFromItThenItsBytesWait) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->CreateDisk("d-2", "s-1");
  world_->DeleteSnapshot("s-1");
  EXPECT_FALSE(world_->Advance(milliseconds(1)).settled);
  EXPECT_TRUE(world_->blocks->Exists("s-1.img"));
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_FALSE(world_->blocks->Exists("s-1.img"));
  EXPECT_EQ(world_->ReadImage("d-2.g0.img", 5), "bytes");
}

TEST_F(JobsTest, GivenSnapshotDeletedBeforeItsCutThenNothingIsLeft) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->DeleteSnapshot("s-1");
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{"d-1.g0.img"});
}

TEST_F(JobsTest, GivenRetentionDaysWhenTheyAreOverThenSnapshotAndImageAreGone) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1", 3);
  world_->CreateSnapshot("s-2", "d-1");
  ASSERT_TRUE(world_->Settle().settled);
  world_->Advance(std::chrono::days(3) - std::chrono::minutes(1));
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  world_->Restart();
  world_->Advance(std::chrono::minutes(2));
  EXPECT_FALSE(world_->FindSnapshot("s-1"));
  EXPECT_FALSE(world_->blocks->Exists(SnapshotImage("s-1")));
  EXPECT_TRUE(world_->FindSnapshot("s-2"));
  EXPECT_TRUE(world_->blocks->Exists(SnapshotImage("s-2")));
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(JobsTest, GivenAttachedDiskWhenCutThenTheAgentWritesOutFirst) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->CreateSnapshot("s-1", "d-1");
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  EXPECT_EQ(world_->agents.flush_requests, std::vector<std::string>{"d-1"});
  EXPECT_FALSE(world_->blocks->Exists("s-1.img"));
  world_->agents.flushed = 1;
  ASSERT_TRUE(world_->Settle().settled);  // the cut, whose bytes a thread of its own copies
  ASSERT_TRUE(world_->Settle().settled);  // and what is due after it
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  EXPECT_EQ(world_->agents.flush_requests.size(), 1U);
}

TEST_F(JobsTest, GivenAgentThatDoesNotFlushWhenFiveSecondsPassThenCutAnyway) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->CreateSnapshot("s-1", "d-1");
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  world_->env.Advance(std::chrono::seconds(5));
  ASSERT_TRUE(world_->Settle().settled);  // the cut, whose bytes a thread of its own copies
  ASSERT_TRUE(world_->Settle().settled);  // and what is due after it
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
}

TEST_F(JobsTest, GivenNoSpaceWhenCutThenTheSnapshotFailsAndNothingIsLeft) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->blocks->fails = 1;
  ASSERT_TRUE(world_->Settle().settled);
  const Snapshot failed = *world_->FindSnapshot("s-1");
  EXPECT_EQ(failed.status, SnapshotStatus::kFailed);
  EXPECT_FALSE(failed.available);
  EXPECT_EQ(failed.failure, "No space left on device");
  EXPECT_EQ(world_->blocks->List(), std::vector<std::string>{"d-1.g0.img"});
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(JobsTest, GivenNoSpaceWhenDiskIsCreatedThenTriedAgainASecondLater) {
  world_->CreateDisk("d-1");
  world_->blocks->fails = 1;
  const Settled waiting = world_->Advance(milliseconds(100));
  ASSERT_EQ(waiting.pending.size(), 1U);
  EXPECT_NE(waiting.pending[0].find("No space left"), std::string::npos);
  EXPECT_FALSE(world_->Advance(milliseconds(100)).settled);
  world_->env.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(world_->Advance(milliseconds(0)).settled);
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(JobsTest, GivenStepsDueOnTheWayWhenAdvancedThenEachRunsAtItsTime) {
  world_->PutInstance("i-1", false);
  world_->CreateDisk("d-1");
  world_->Advance(milliseconds(100));
  world_->Attach("d-1", "i-1");
  const SysMillis due = world_->env.CloudNow() + milliseconds(100);
  EXPECT_TRUE(world_->Advance(std::chrono::hours(1)).settled);
  EXPECT_EQ(world_->FindDisk("d-1")->attached_time, due);
  EXPECT_EQ(world_->env.CloudNow(), due - milliseconds(100) + std::chrono::hours(1));
}

TEST_F(JobsTest, GivenDisksOnAgentsWhenWithdrawnThenDetachesAndWaits) {
  MakeDisk();
  AttachTo("i-1", true);
  EXPECT_EQ(world_->jobs->WithdrawAll(false, milliseconds(0)), std::vector<std::string>{"d-1"});
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kDetaching);
  world_->agents.presence[{"i-1", "d-1"}] = Presence::kAbsent;
  EXPECT_TRUE(world_->jobs->WithdrawAll(false, milliseconds(0)).empty());
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable);
}

TEST_F(JobsTest, GivenSilentAgentWhenWithdrawnByForceThenFenced) {
  MakeDisk();
  AttachTo("i-1", true);
  world_->agents.presence.clear();
  EXPECT_TRUE(world_->jobs->WithdrawAll(true, milliseconds(0)).empty());
  EXPECT_EQ(world_->FindDisk("d-1")->generation, 1);
}

TEST_F(JobsTest, GivenEverythingWhenErasedThenNoRowJobOrImageRemains) {
  MakeDisk();
  world_->CreateSnapshot("s-1", "d-1");
  world_->CreateDisk("d-2");
  world_->jobs->EraseEverything();
  EXPECT_FALSE(world_->FindDisk("d-1"));
  EXPECT_EQ(world_->JobCount(), 0U);
  EXPECT_TRUE(world_->blocks->List().empty());
  world_->CreateDisk("d-3");
  EXPECT_TRUE(world_->Settle().settled);
}

TEST_F(JobsTest, GivenImagesOfAnotherDatabaseWhenStartedThenTheyStay) {
  ASSERT_TRUE(world_->blocks->Create("d-9.g0.img", 4096));
  world_->jobs->Start();
  world_->CreateDisk("d-1");
  world_->env.Advance(milliseconds(100));
  for (int i = 0; i < 2000 && world_->Status("d-1") != DiskStatus::kAvailable; ++i) {
    world_->jobs->Wake();
    usleep(1000);
  }
  EXPECT_EQ(world_->Status("d-1"), DiskStatus::kAvailable) << "the thread runs due jobs";
  EXPECT_TRUE(world_->blocks->Exists("d-9.g0.img"));
}

// The story of one disk, each step once; called again after a crash it goes on where it stood.
void RunStory(JobsWorld& world) {
  world.agents.silent.insert("i-1");
  if (!world.FindDisk("d-1") && !world.FindDisk("d-2")) {
    world.PutInstance("i-1", true);
    world.CreateDisk("d-1");
  }
  world.Settle();
  if (world.FindDisk("d-1") && !world.FindSnapshot("s-1")) {
    world.WriteImage("d-1.g0.img", "bytes");
    world.CreateSnapshot("s-1", "d-1");
  }
  world.Settle();
  if (!world.FindDisk("d-2")) world.CreateDisk("d-2", "s-1");
  world.Settle();
  if (world.FindDisk("d-2")->generation == 0 && world.Status("d-2") == DiskStatus::kAvailable) {
    world.agents.presence[{"i-1", "d-2"}] = Presence::kPresent;
    world.Attach("d-2", "i-1");
  }
  world.agents.presence[{"i-1", "d-2"}] = Presence::kPresent;
  world.Settle();
  world.agents.presence.clear();
  if (world.Status("d-2") == DiskStatus::kInUse) world.Detach("d-2", "i-1");
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
    JobsWorld world(folder_);
    RunStory(world);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 137) << "the story does not pass this point";
  world_ = std::make_unique<JobsWorld>(folder_);
  world_->env.SetCloud(world_->env.CloudNow() + std::chrono::hours(1));
  world_->jobs->Start();  // its thread sweeps first
  world_->jobs->Stop();
  RunStory(*world_);
  EXPECT_EQ(world_->JobCount(), 0U);
  EXPECT_EQ(world_->FindSnapshot("s-1")->status, SnapshotStatus::kAccomplished);
  const auto disk = world_->FindDisk("d-2");
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->status, DiskStatus::kAvailable);
  EXPECT_EQ(disk->generation, 1);
  EXPECT_EQ(world_->ReadImage("d-2.g1.img", 5), "bytes");
  EXPECT_EQ(world_->blocks->List(), (std::vector<std::string>{"d-2.g1.img", "s-1.img"}));
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
