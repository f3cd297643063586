#include "cloudapi/actions/machine_images/machine_images.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class MachineImagesTest : public WriteTest {
 protected:
  MachineImagesTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> Do(std::string_view action, Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run(action, std::move(values));
  }
  std::string RunOne(Values values = {}) {
    values.emplace("InstanceType", "ecs.g7.xlarge");
    values.emplace("ImageId", "aliyun_3_x64");
    const auto answer = Do("RunInstances", std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    const std::string id =
        json::parse("{" + answer->members + "}").at("InstanceIdSets").at("InstanceIdSet").at(0);
    Settle();
    Settle();
    return id;
  }
  json Images(Values values) {
    const auto answer = Do("DescribeImages", std::move(values));
    return json::parse("{" + answer->members + "}").at("Images").at("Image");
  }
  Disk SystemDiskOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<Disk> {
          return view.SystemDiskOf(view.Find<Instance>("a", "", id).value()).value();
        })
        .value();
  }
};

TEST_F(MachineImagesTest, GivenImageOfAnInstanceWhenRunThenItsDisksAreOfItsSnapshots) {
  const std::string source = RunOne({{"SystemDisk.Size", "50"}, {"DataDisk.1.Size", "30"}});
  const std::string image =
      IdIn(Do("CreateImage", {{"InstanceId", source}, {"ImageName", "gold"}}));
  EXPECT_TRUE(Images({{"ImageId", image}}).empty()) << "Creating";
  EXPECT_EQ(Images({{"ImageId", image}, {"Status", "ALL"}}).at(0).at("Usable"), false);
  EXPECT_EQ(Code(Do("RunInstances", {{"InstanceType", "ecs.g7.xlarge"}, {"ImageId", image}})),
            "IncorrectImageStatus");
  Settle();
  const json row = Images({{"ImageId", image}}).at(0);
  EXPECT_EQ(row.at("Usable"), true);
  EXPECT_EQ(row.at("DiskDeviceMappings").at("DiskDeviceMapping").size(), 2U);
  const std::string made = RunOne({{"ImageId", image}});
  EXPECT_EQ(SystemDiskOf(made).size_gib, 50);
  EXPECT_EQ(SystemDiskOf(made).source_snapshot_id,
            row.at("DiskDeviceMappings").at("DiskDeviceMapping").at(0).at("SnapshotId"));
  const auto data = store->Read([&](View& view) -> Result<std::vector<Disk>> {
    return view.DataDisksOf(view.Find<Instance>("a", "", made).value());
  });
  ASSERT_EQ(data->size(), 1U);
  EXPECT_EQ(data->at(0).size_gib, 30);
  EXPECT_EQ(
      Code(Do("RunInstances",
              {{"InstanceType", "ecs.g7.xlarge"}, {"ImageId", image}, {"SystemDisk.Size", "40"}})),
      "InvalidSystemDiskSize.LessThanImageSize");
  EXPECT_EQ(Code(Do("DeleteImage", {{"ImageId", image}})), "DependencyViolation");
  EXPECT_EQ(Code(Do("DeleteImage", {{"ImageId", image}, {"Force", "true"}})), "");
  EXPECT_EQ(Code(Do("RunInstances", {{"InstanceType", "ecs.g7.xlarge"}, {"ImageId", image}})),
            "InvalidImageId.NotFound");
}

TEST_F(MachineImagesTest, GivenFamilyWhenRunThenItsNewestImage) {
  const std::string source = RunOne();
  const std::string image =
      IdIn(Do("CreateImage", {{"InstanceId", source}, {"ImageFamily", "web"}}));
  Settle();
  const std::string made = RunOne({{"ImageId", ""}, {"ImageFamily", "web"}});
  EXPECT_EQ(SystemDiskOf(made).image_id, image);
}

TEST_F(MachineImagesTest, GivenSystemDiskWhenReplacedByAnImageThenItsBytesAndKey) {
  const std::string id = RunOne();
  const std::string image = IdIn(Do("CreateImage", {{"InstanceId", id}}));
  Settle();
  EXPECT_EQ(Code(Do("CreateKeyPair", {{"KeyPairName", "ops"}})), "");
  EXPECT_EQ(Code(Do("StopInstance", {{"InstanceId", id}})), "");
  Settle();
  EXPECT_EQ(Code(Do("ReplaceSystemDisk",
                    {{"InstanceId", id}, {"ImageId", image}, {"KeyPairName", "ops"}})),
            "");
  EXPECT_NE(SystemDiskOf(id).source_snapshot_id, "");
  EXPECT_EQ(Code(Do("DeleteKeyPairs", {{"KeyPairNames", R"(["ops"])"}})),
            "InvalidParameter.KeypairAlreadyAttachedInstance");
  EXPECT_EQ(Code(Do("DetachKeyPair", {{"KeyPairName", "ops"}, {"InstanceIds", json{id}.dump()}})),
            "");
  EXPECT_EQ(Code(Do("DeleteKeyPairs", {{"KeyPairNames", R"(["ops"])"}})), "");
}

TEST_F(MachineImagesTest, GivenSourcesThatCannotBeWhenMadeThenTheirCodes) {
  const std::string of_data = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(Do("CreateImage", {{"SnapshotId", of_data}})), "InvalidSnapshot.NotSystemDisk");
  EXPECT_EQ(Code(Do("CreateImage", {{"SnapshotId", "s-none"}})), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(Code(Do("CreateImage", {{"InstanceId", "i-none"}})), "InvalidInstanceId.NotFound");
  EXPECT_EQ(Code(Do("CreateImage", {{"InstanceId", "i-1"}})), "IncorrectInstanceStatus");
  EXPECT_EQ(Code(Do("CreateImage", {{"InstanceId", "i-1"}, {"ImageName", "1"}})),
            "InvalidImageName.Malformed");
  const std::string mapped =
      IdIn(Do("CreateImage", {{"DiskDeviceMapping.1.SnapshotId", of_data}, {"ImageName", "map"}}));
  Settle();
  EXPECT_EQ(Images({{"ImageId", mapped}}).size(), 1U);
  EXPECT_EQ(Images({{"ImageId", mapped}, {"ImageOwnerAlias", "system"}}).size(), 0U);
}

}  // namespace
}  // namespace cloudapi
