// A node's devices and its room for them, through the real driver, agent and cloud.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "e2e/harness/assertions.h"
#include "e2e/harness/files.h"
#include "e2e/harness/partitions.h"
#include "e2e/harness/process.h"
#include "e2e/harness/workload.h"

namespace e2e {
namespace {

const NodePlace kNode{.instance = "i-bp1node00000000000b1", .zone = "cn-hangzhou-b"};
constexpr const char* kType = "ecs.g8i.xlarge";  // 16 disks, NVMe required

class NodeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(world_.StartCloud()));
    ASSERT_TRUE(IsOk(world_.StartController(kNode.zone)));
    ASSERT_TRUE(IsOk(world_.StartAgent(kNode, {"--instance-type", kType})));
    ASSERT_TRUE(IsOk(world_.StartNode(kNode, {"--instance-type", kType})));
  }
  void TearDown() override { EXPECT_TRUE(world_.StopAll()); }

  std::string NewVolume(const std::string& name) {
    csi::v1::Volume volume;
    auto request = VolumeRequest(name, 20 * kGiB);
    (*request.mutable_parameters())["type"] = "cloud_essd";
    RequireZone(request, kNode.zone);
    EXPECT_TRUE(IsOk(workload_.Create(request, volume), world_));
    return volume.volume_id();
  }
  std::int64_t Room() {
    const auto info = world_.Node(kNode.instance).NodeInfo();
    EXPECT_TRUE(info.Ok()) << ToText(info.status);
    return info.reply.max_volumes_per_node();
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  Workload workload_{world_};
};

TEST_F(NodeTest, GivenTypeWithNvmeOnlyWhenMountedThenByItsNvmeLink) {
  const auto id = NewVolume("pv-nvme");
  ASSERT_TRUE(IsOk(workload_.Mount(kNode.instance, id), world_));
  const auto links = world_.ByIdFolder(kNode.instance);
  EXPECT_TRUE(std::filesystem::is_symlink(
      links / ("nvme-Alibaba_Cloud_Elastic_Block_Storage_" + id.substr(2))));
  EXPECT_FALSE(std::filesystem::is_symlink(links / ("virtio-" + id.substr(2))));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNode.instance, id), world_));
  EXPECT_TRUE(std::filesystem::is_empty(links));
}

TEST_F(NodeTest, GivenDiskOfOthersWhenRoomIsAskedThenLessItAndNotLessVolumes) {
  EXPECT_EQ(Room(), 16);
  const auto id = NewVolume("pv-room");
  ASSERT_TRUE(IsOk(workload_.Mount(kNode.instance, id), world_));
  EXPECT_EQ(Room(), 16);
  const auto foreign = world_.Cloud().Call("CreateDisk", {{"RegionId", "cn-hangzhou"},
                                                          {"ZoneId", kNode.zone},
                                                          {"DiskCategory", "cloud_essd"},
                                                          {"Size", "20"}});
  ASSERT_TRUE(foreign.Ok()) << foreign.body;
  const Parameters attachment = {{"DiskId", foreign.Text("DiskId")},
                                 {"InstanceId", kNode.instance}};
  ASSERT_TRUE(WaitUntil([&] { return world_.Cloud().Call("AttachDisk", attachment).Ok(); },
                        std::chrono::seconds(20)));
  ASSERT_TRUE(WaitUntil([&] { return Room() == 15; }, std::chrono::seconds(20)));
  world_.Kill("node-" + kNode.instance);
  ASSERT_TRUE(IsOk(world_.StartNode(kNode, {"--instance-type", kType})));
  EXPECT_EQ(Room(), 15);
  ASSERT_TRUE(WaitUntil([&] { return world_.Cloud().Call("DetachDisk", attachment).Ok(); },
                        std::chrono::seconds(20)));
  EXPECT_TRUE(WaitUntil([&] { return Room() == 16; }, std::chrono::seconds(20)));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNode.instance, id), world_));
}

TEST_F(NodeTest, GivenNodeWhenItsEndIsAskedForThenRefusedSinceItsMachineIsNotTheClouds) {
  const auto code = [this](const std::string& action, Parameters parameters) {
    parameters["InstanceId"] = kNode.instance;
    const auto answer = world_.Cloud().Call(action, parameters);
    return std::to_string(answer.status) + " " + answer.Code();
  };
  EXPECT_EQ(code("DeleteInstance", {{"Force", "true"}}), "403 OperationDenied");
  EXPECT_EQ(code("ModifyInstanceAutoReleaseTime", {}), "403 OperationDenied");
}

TEST_F(NodeTest, GivenPartitionedDiskWhenMountedAndExpandedThenItsPartitionIsTheVolume) {
  const auto id = NewVolume("pv-partition");
  const Use block{.block = true};
  ASSERT_TRUE(IsOk(workload_.Mount(kNode.instance, id, block), world_));
  const auto paths = world_.Paths(kNode.instance, id);
  ASSERT_EQ(WritePartitions(paths.target, 1, 20U << 10), "");
  ASSERT_TRUE(IsOk(workload_.Unmount(kNode.instance, id), world_));

  ASSERT_TRUE(IsOk(workload_.Mount(kNode.instance, id), world_));
  ASSERT_TRUE(WriteFile(paths.target / "kept", "bytes"));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNode.instance, id), world_));
  const auto expanded = world_.Controller().Expand(id, 30 * kGiB);
  ASSERT_TRUE(IsOk(expanded.status, world_));
  ASSERT_TRUE(IsOk(workload_.Mount(kNode.instance, id), world_));
  EXPECT_EQ(ReadFile(paths.target / "kept"), "bytes");
  EXPECT_GT(std::filesystem::space(paths.target).capacity, static_cast<std::uintmax_t>(28 * kGiB));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNode.instance, id), world_));
}

}  // namespace
}  // namespace e2e
