// A disk gets its old bytes back, and an instance another system disk, through the real server.
#include <gtest/gtest.h>

#include "e2e/harness/assertions.h"
#include "e2e/harness/files.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

constexpr std::size_t kBytes = 1 << 20;

class ResetTest : public testing::Test {
 protected:
  // A disk on a stopped instance: snapshot of "before", and "after" written since.
  void SetUp() override {
    ASSERT_TRUE(IsOk(world_.StartCloud({"--delays", "none"})));
    instance_ = world_.Cloud().Lab("instances", {{"ZoneId", "cn-hangzhou-b"}}).Text("InstanceId");
    disk_ = Call("CreateDisk", {{"RegionId", "cn-hangzhou"},
                                {"ZoneId", "cn-hangzhou-b"},
                                {"DiskCategory", "cloud_essd"},
                                {"Size", "20"}})
                .Text("DiskId");
    ASSERT_TRUE(Call("AttachDisk", {{"DiskId", disk_}, {"InstanceId", instance_}}).Ok());
    ASSERT_TRUE(WriteDevice(Image(0), Pattern("before", kBytes)));
    snapshot_ = Call("CreateSnapshot", {{"DiskId", disk_}}).Text("SnapshotId");
    ASSERT_TRUE(WriteDevice(Image(0), Pattern("after", kBytes)));
    ASSERT_TRUE(Call("StopInstance", {{"InstanceId", instance_}}).Ok());
  }

  Answer Call(const std::string& action, Parameters parameters) {
    return world_.Cloud().Call(action, std::move(parameters));
  }
  std::filesystem::path Image(int generation) const {
    return world_.Data() / "blocks" / (disk_ + ".g" + std::to_string(generation) + ".img");
  }
  std::string Status() { return world_.Cloud().Disk(disk_)->value("Status", ""); }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  std::string instance_;
  std::string disk_;
  std::string snapshot_;
};

TEST_F(ResetTest, GivenSnapshotWhenResetThenTheBytesAreThoseOfThen) {
  ASSERT_TRUE(Call("ResetDisk", {{"DiskId", disk_}, {"SnapshotId", snapshot_}}).Ok());
  EXPECT_EQ(Status(), "In_use");
  EXPECT_EQ(ReadDevice(Image(1), kBytes), Pattern("before", kBytes));
  ASSERT_TRUE(Call("StartInstance", {{"InstanceId", instance_}}).Ok());
  EXPECT_EQ(Call("ResetDisk", {{"DiskId", disk_}, {"SnapshotId", snapshot_}}).Code(),
            "IncorrectInstanceStatus");
}

TEST_F(ResetTest, GivenLockedSnapshotWhenDisksAreResetToItThenItsBytesAreThereAndItStays) {
  const Parameters lock{{"RegionId", "cn-hangzhou"},
                        {"SnapshotId", snapshot_},
                        {"LockMode", "compliance"},
                        {"LockDuration", "1"},
                        {"CoolOffPeriod", "0"}};
  ASSERT_TRUE(Call("LockSnapshot", lock).Ok());
  ASSERT_TRUE(Call("ResetDisks", {{"RegionId", "cn-hangzhou"},
                                  {"Disk.1.DiskId", disk_},
                                  {"Disk.1.SnapshotId", snapshot_}})
                  .Ok());
  EXPECT_EQ(ReadDevice(Image(1), kBytes), Pattern("before", kBytes));
  const Parameters forced{{"SnapshotId", snapshot_}, {"Force", "true"}};
  EXPECT_EQ(Call("DeleteSnapshot", forced).Code(), "InvalidOperation.SnapshotLocked");
  ASSERT_TRUE(world_.Cloud().Lab("clock", {{"advance_seconds", 24 * 60 * 60 + 1}}).Ok());
  EXPECT_TRUE(Call("DeleteSnapshot", forced).Ok());
}

TEST_F(ResetTest, GivenDeathBetweenImageAndRowWhenRestartedThenTheBytesAreThoseOfThen) {
  world_.Kill("cloud");
  ASSERT_TRUE(
      IsOk(world_.StartCloud({"--delays", "none", "--crash-at", "jobs.after-reset-before-row"})));
  EXPECT_EQ(Call("ResetDisk", {{"DiskId", disk_}, {"SnapshotId", snapshot_}}).status, 0);
  ASSERT_TRUE(
      WaitUntil([this] { return !world_.Running("cloud")->Running(); }, std::chrono::seconds(10)));
  ASSERT_TRUE(IsOk(world_.Revive()));
  ASSERT_TRUE(WaitUntil([this] { return Status() == "In_use"; }, std::chrono::seconds(10)));
  EXPECT_EQ(ReadDevice(Image(1), kBytes), Pattern("before", kBytes));
  EXPECT_FALSE(std::filesystem::exists(Image(0)));
}

TEST_F(ResetTest, GivenDryRunWhenResetThenNothingIsDone) {
  EXPECT_EQ(
      Call("ResetDisk", {{"DiskId", disk_}, {"SnapshotId", snapshot_}, {"DryRun", "true"}}).Code(),
      "DryRunOperation");
  EXPECT_EQ(ReadDevice(Image(0), kBytes), Pattern("after", kBytes));
}

TEST_F(ResetTest, GivenDiskFromScratchWhenReInitialisedThenItIsEmpty) {
  ASSERT_TRUE(Call("ReInitDisk", {{"DiskId", disk_}}).Ok());
  EXPECT_EQ(ReadDevice(Image(1), kBytes), std::string(kBytes, '\0'));
}

TEST_F(ResetTest, GivenInstanceWhenDeletedThenItsDiskStaysWithItsBytes) {
  const std::string replaced =
      Call("ReplaceSystemDisk", {{"InstanceId", instance_}, {"ImageId", "m-1"}}).Text("DiskId");
  EXPECT_EQ(world_.Cloud().Disk(replaced)->value("Status", ""), "In_use");
  ASSERT_TRUE(Call("DeleteInstance", {{"InstanceId", instance_}}).Ok());
  EXPECT_FALSE(world_.Cloud().Disk(replaced));
  EXPECT_EQ(Status(), "Available");
  EXPECT_EQ(ReadDevice(Image(0), kBytes), Pattern("after", kBytes));
}

}  // namespace
}  // namespace e2e
