// Automatic snapshot policies on the cloud's clock, through the real server and its restarts.
#include <gtest/gtest.h>

#include "e2e/harness/assertions.h"
#include "e2e/harness/files.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

class PolicyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(world_.StartCloud()));
    ASSERT_TRUE(world_.Cloud().Lab("clock", {{"mode", "frozen"}}).Ok());
    instance_ = world_.Cloud().Lab("instances", {{"ZoneId", "cn-hangzhou-b"}}).Text("InstanceId");
    disk_ = MakeDisk({{"Size", "20"}});
    ASSERT_TRUE(Call("AttachDisk", {{"DiskId", disk_}, {"InstanceId", instance_}}).Ok());
    Advance(kHour);
    policy_ =
        Call("CreateAutoSnapshotPolicy", {{"timePoints", R"(["3"])"},
                                          {"repeatWeekdays", R"(["1","2","3","4","5","6","7"])"},
                                          {"retentionDays", "2"}})
            .Text("AutoSnapshotPolicyId");
    ASSERT_TRUE(OnDisk("ApplyAutoSnapshotPolicy").Ok());
  }

  Answer Call(const std::string& action, Parameters parameters) {
    parameters.emplace("RegionId", "cn-hangzhou");
    return world_.Cloud().Call(action, std::move(parameters));
  }
  Answer OnDisk(const std::string& action) {
    return Call(action,
                {{"autoSnapshotPolicyId", policy_}, {"diskIds", R"([")" + disk_ + R"("])"}});
  }
  std::string MakeDisk(Parameters parameters) {
    parameters.emplace("ZoneId", "cn-hangzhou-b");
    parameters.emplace("DiskCategory", "cloud_essd");
    const std::string id = Call("CreateDisk", std::move(parameters)).Text("DiskId");
    Advance(1);
    return id;
  }
  void Advance(std::int64_t seconds) {
    const Answer moved = world_.Cloud().Lab("clock", {{"advance_seconds", seconds}});
    ASSERT_TRUE(moved.Ok());
    EXPECT_EQ(moved.json.value("settled", false), true) << moved.body;
  }
  void Restart() {
    world_.Kill("cloud");
    ASSERT_TRUE(IsOk(world_.Revive()));
  }
  // Ids of the automatic snapshots of the disk, newest first.
  std::vector<std::string> Automatic() {
    std::vector<std::string> ids;
    for (const auto& row :
         world_.Cloud().Snapshots({{"DiskId", disk_}, {"SnapshotType", "auto"}})) {
      EXPECT_EQ(row.value("Status", ""), "accomplished");
      ids.push_back(row.value("SnapshotId", ""));
    }
    return ids;
  }
  std::filesystem::path Image(const std::string& disk) const {
    return world_.Data() / "blocks" / (disk + ".g0.img");
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  std::string instance_;
  std::string disk_;
  std::string policy_;
};

TEST_F(PolicyTest, GivenPolicyWhenDaysPassAndTheCloudIsKilledThenOneSnapshotADayForItsRetention) {
  EXPECT_TRUE(Automatic().empty());
  Advance(kDay);
  ASSERT_EQ(Automatic().size(), 1U);
  Restart();
  Advance(1);
  EXPECT_EQ(Automatic().size(), 1U) << "nothing fires twice";
  Advance(kDay);
  EXPECT_EQ(Automatic().size(), 2U) << "nothing is missed";
  Advance(2 * kDay);
  Restart();
  EXPECT_EQ(Automatic().size(), 2U) << "older ones are over their retention";
}

TEST_F(PolicyTest, GivenBytesOnTheDiskWhenThePolicyFiresThenADiskMadeOfItHasThem) {
  const std::string bytes = Pattern("policy", 1 << 20);
  ASSERT_TRUE(std::filesystem::exists(Image(disk_)));
  ASSERT_TRUE(WriteDevice(Image(disk_), bytes));
  Advance(kDay);
  ASSERT_EQ(Automatic().size(), 1U);
  const std::string copy = MakeDisk({{"SnapshotId", Automatic()[0]}});
  EXPECT_EQ(ReadDevice(Image(copy), bytes.size()), bytes);
}

TEST_F(PolicyTest, GivenPolicyTakenAwayWhenADayPassesThenNoSnapshot) {
  ASSERT_TRUE(OnDisk("CancelAutoSnapshotPolicy").Ok());
  Advance(kDay);
  EXPECT_TRUE(Automatic().empty());
  ASSERT_TRUE(Call("DeleteAutoSnapshotPolicy", {{"autoSnapshotPolicyId", policy_}}).Ok());
  EXPECT_EQ(OnDisk("ApplyAutoSnapshotPolicy").Code(), "ParameterInvalid");
}

}  // namespace
}  // namespace e2e
