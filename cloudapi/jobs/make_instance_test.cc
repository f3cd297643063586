// Instances that calls make: they go on once their disks have their bytes.
#include <gtest/gtest.h>

#include "cloudapi/jobs/testing/jobs_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

class MakeInstanceTest : public JobsTest {
 protected:
  // A snapshot s-1 of a disk that has `kBytes`.
  void MakeSnapshot() {
    world_->CreateDisk("d-1");
    ASSERT_TRUE(world_->Settle().settled);
    world_->WriteImage(world_->Image("d-1", 0), kBytes);
    world_->CreateSnapshot("s-1", "d-1");
    ASSERT_TRUE(world_->Settle().settled);
  }
  void Make(std::string_view action, Params::Map params) {
    params.emplace("RegionId", JobsWorld::kRegion);
    params.emplace("InstanceType", "ecs.g7.xlarge");
    params.emplace("ImageId", "aliyun_3_x64");
    params.emplace("InstanceName", "web");
    params.emplace("SystemDisk.DiskName", "root");
    world_->Call(action, std::move(params));
  }
  InstanceStatus Status() {
    return world_->store
        ->Read(
            [](View& view) -> Result<InstanceStatus> { return view.All<Instance>().at(0).status; })
        .value();
  }

  static constexpr const char* kBytes = "bytes of the snapshot";
};

TEST_F(MakeInstanceTest, GivenDataDiskOfASnapshotWhenRunThenItsBytesAndRunning) {
  MakeSnapshot();
  Make("RunInstances",
       {{"DataDisk.1.SnapshotId", world_->Id("s-1")}, {"DataDisk.1.DiskName", "data"}});
  EXPECT_EQ(Status(), InstanceStatus::kPending);
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Status(), InstanceStatus::kRunning);
  EXPECT_EQ(world_->Status("root"), DiskStatus::kInUse);
  EXPECT_EQ(world_->Status("data"), DiskStatus::kInUse);
  EXPECT_EQ(world_->ReadImage(world_->Image("data", 0), std::string(kBytes).size()), kBytes);
}

TEST_F(MakeInstanceTest, GivenDelaysWhenTimePassesThenPendingStartingRunning) {
  Make("RunInstances", {});
  world_->Advance(world_->settings.delays.create - milliseconds(1));
  EXPECT_EQ(Status(), InstanceStatus::kPending);
  world_->Advance(milliseconds(1));
  EXPECT_EQ(Status(), InstanceStatus::kStarting);
  EXPECT_EQ(world_->Status("root"), DiskStatus::kInUse);
  world_->Advance(world_->settings.delays.start);
  EXPECT_EQ(Status(), InstanceStatus::kRunning);
  EXPECT_EQ(world_->JobCount(), 0U);
}

TEST_F(MakeInstanceTest, GivenRestartWhilePendingWhenSettledThenStopped) {
  Make("CreateInstance", {{"DataDisk.1.Size", "20"}, {"DataDisk.1.DiskName", "data"}});
  world_->Restart();
  ASSERT_TRUE(world_->Settle().settled);
  EXPECT_EQ(Status(), InstanceStatus::kStopped);
  EXPECT_EQ(world_->Status("data"), DiskStatus::kInUse);
}

}  // namespace
}  // namespace cloudapi
