#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class RunInstancesTest : public WriteTest {
 protected:
  RunInstancesTest() { caller.region = "cn-hangzhou"; }

  static Values With(Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    values.emplace("InstanceType", "ecs.g7.xlarge");
    values.emplace("ImageId", "aliyun_3_x64");
    return values;
  }
  Result<Answer> RunWith(Values values) { return Run("RunInstances", With(std::move(values))); }
  Result<Answer> CreateWith(Values values) {
    return Run("CreateInstance", With(std::move(values)));
  }
  std::vector<std::string> Ids(const Result<Answer>& answer) {
    if (!answer) {
      ADD_FAILURE() << answer.error().message;
      return {};
    }
    return json::parse("{" + answer->members + "}").at("InstanceIdSets").at("InstanceIdSet");
  }
  std::string MakeOne(Values values = {}) { return Ids(RunWith(std::move(values))).at(0); }
  void SettleAll() {
    Settle();  // disks, then the instance
    Settle();  // its start
  }

  Instance InstanceOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<Instance> {
          return view.Find<Instance>("a", "cn-hangzhou", id).value();
        })
        .value();
  }
  json Told(const std::string& id) {
    const auto answer = Run("DescribeInstances", {{"InstanceIds", R"([")" + id + R"("])"}});
    return json::parse("{" + answer->members + "}").at("Instances").at("Instance").at(0);
  }
  std::vector<Disk> DataDisksOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<std::vector<Disk>> {
          return view.DataDisksOf(view.Find<Instance>("a", "", id).value());
        })
        .value();
  }
  Disk SystemDiskOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<Disk> {
          return view.SystemDiskOf(view.Find<Instance>("a", "", id).value()).value();
        })
        .value();
  }
};

TEST_F(RunInstancesTest, GivenTypeAndImageWhenRunThenPendingStartingRunningWithASystemDisk) {
  const std::string id = MakeOne();
  Instance made = InstanceOf(id);
  EXPECT_EQ(made.status, InstanceStatus::kPending);
  EXPECT_EQ(made.zone, "cn-hangzhou-b");
  EXPECT_EQ(made.name, id);
  EXPECT_EQ(made.host_name, "iZ" + id.substr(2) + "Z");
  EXPECT_EQ(made.cpu, 4);
  EXPECT_EQ(SystemDiskOf(id).status, DiskStatus::kCreating);
  EXPECT_EQ(SystemDiskOf(id).image_id, "aliyun_3_x64");
  Settle();
  EXPECT_EQ(InstanceOf(id).status, InstanceStatus::kStarting);
  EXPECT_EQ(SystemDiskOf(id).status, DiskStatus::kInUse);
  Settle();
  EXPECT_EQ(InstanceOf(id).status, InstanceStatus::kRunning);
}

TEST_F(RunInstancesTest, GivenCreateInstanceWhenMadeThenStoppedAndCanBeStarted) {
  const std::string id = IdIn(CreateWith({}));
  SettleAll();
  EXPECT_EQ(InstanceOf(id).status, InstanceStatus::kStopped);
  EXPECT_EQ(InstanceOf(id).stopped_mode, kKeepCharging);
  EXPECT_EQ(Code(Run("StartInstance", {{"InstanceId", id}})), "");
  SettleAll();
  EXPECT_EQ(InstanceOf(id).status, InstanceStatus::kRunning);
}

TEST_F(RunInstancesTest, GivenDataDisksWhenRunThenEachAsAskedAndGoneWithTheInstance) {
  const std::string snapshot = MakeSnapshot(MakeUsedDisk());
  const std::string id = MakeOne({{"DataDisk.1.SnapshotId", snapshot},
                                  {"DataDisk.1.Category", "cloud_essd"},
                                  {"DataDisk.1.PerformanceLevel", "PL0"},
                                  {"DataDisk.1.DiskName", "one"},
                                  {"DataDisk.2.Size", "30"},
                                  {"DataDisk.2.DeleteWithInstance", "false"},
                                  {"DataDisk.2.Device", "/dev/xvdf"},
                                  {"DataDisk.2.Description", "second"},
                                  {"Tag.1.Key", "k"},
                                  {"Tag.1.Value", "v"}});
  SettleAll();
  std::vector<Disk> disks = DataDisksOf(id);
  ASSERT_EQ(disks.size(), 2U);
  EXPECT_EQ(disks[0].source_snapshot_id, snapshot);
  EXPECT_EQ(disks[0].size_gib, 20);
  EXPECT_EQ(disks[0].performance_level, "PL0");
  EXPECT_EQ(disks[0].name, "one");
  EXPECT_EQ(disks[0].attachments.at(0).device, "/dev/xvdb");
  EXPECT_EQ(disks[0].status, DiskStatus::kInUse);
  EXPECT_TRUE(disks[0].delete_with_instance);
  EXPECT_EQ(disks[0].tags, (std::vector<Tag>{{"k", "v"}}));
  EXPECT_EQ(disks[1].category, "cloud_efficiency");
  EXPECT_EQ(disks[1].attachments.at(0).device, "/dev/xvdf");
  EXPECT_EQ(disks[1].description, "second");
  EXPECT_FALSE(disks[1].delete_with_instance);
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "disk");
  EXPECT_EQ(Code(Run("DeleteInstance", {{"InstanceId", id}, {"Force", "true"}})), "");
  EXPECT_FALSE(DiskOf(disks[0].id));
  EXPECT_EQ(DiskOf(disks[1].id)->status, DiskStatus::kAvailable);
}

TEST_F(RunInstancesTest, GivenSystemDiskTermsWhenRunThenItIsSo) {
  const Disk disk = SystemDiskOf(MakeOne({{"SystemDisk.Category", "cloud_essd"},
                                          {"SystemDisk.PerformanceLevel", "PL0"},
                                          {"SystemDisk.Size", "60"},
                                          {"SystemDisk.DiskName", "root"},
                                          {"SystemDisk.Description", "the root"}}));
  EXPECT_EQ(disk.performance_level, "PL0");
  EXPECT_EQ(disk.size_gib, 60);
  EXPECT_EQ(disk.guest_size_gib, 60);
  EXPECT_EQ(disk.name, "root");
  EXPECT_EQ(disk.description, "the root");
  EXPECT_EQ(disk.attachments.at(0).device, "/dev/xvda");
  EXPECT_TRUE(disk.delete_with_instance);
}

TEST_F(RunInstancesTest, GivenPolicyWhenRunThenItIsAppliedToTheDisks) {
  const std::string policy = IdIn(Run("CreateAutoSnapshotPolicy", {{"regionId", "cn-hangzhou"},
                                                                   {"timePoints", R"(["1"])"},
                                                                   {"repeatWeekdays", R"(["1"])"},
                                                                   {"retentionDays", "7"}}));
  const std::string id = MakeOne({{"SystemDisk.AutoSnapshotPolicyId", policy},
                                  {"DataDisk.1.Size", "20"},
                                  {"DataDisk.1.AutoSnapshotPolicyId", policy}});
  EXPECT_EQ(SystemDiskOf(id).auto_snapshot_policy_id, policy);
  EXPECT_EQ(DataDisksOf(id).at(0).auto_snapshot_policy_id, policy);
}

TEST_F(RunInstancesTest, GivenSeveralWhenRunThenNamesAndHostNames) {
  const auto ids = Ids(RunWith({{"Amount", "3"},
                                {"MinAmount", "2"},
                                {"UniqueSuffix", "true"},
                                {"InstanceName", "web"},
                                {"HostNames.1", "one"},
                                {"HostNames.2", "two"}}));
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(InstanceOf(ids[0]).name, "web001");
  EXPECT_EQ(InstanceOf(ids[2]).name, "web003");
  EXPECT_EQ(InstanceOf(ids[1]).host_name, "two");
  EXPECT_EQ(InstanceOf(ids[2]).host_name, "iZ" + ids[2].substr(2) + "Z");
  const auto numbered = Ids(RunWith({{"Amount", "2"}, {"HostName", "n[9,2]"}}));
  EXPECT_EQ(InstanceOf(numbered[1]).host_name, "n10");
}

TEST_F(RunInstancesTest, GivenWhatHasNoEffectWhenRunThenItIsTold) {
  const json told = Told(MakeOne({{"Description", "a web server"},
                                  {"CreditSpecification", "Standard"},
                                  {"SpotStrategy", "SpotWithPriceLimit"},
                                  {"SpotPriceLimit", "0.5"},
                                  {"SpotDuration", "1"},
                                  {"SpotInterruptionBehavior", "Stop"},
                                  {"InternetChargeType", "PayByBandwidth"},
                                  {"InternetMaxBandwidthOut", "10"},
                                  {"HttpEndpoint", "disabled"},
                                  {"HttpTokens", "required"},
                                  {"HttpPutResponseHopLimit", "3"},
                                  {"CpuOptions.ThreadsPerCore", "1"},
                                  {"Tenancy", "default"},
                                  {"DeletionProtection", "true"},
                                  {"ResourceGroupId", "rg-1"}}));
  EXPECT_EQ(told.at("Description"), "a web server");
  EXPECT_EQ(told.at("ImageId"), "aliyun_3_x64");
  EXPECT_EQ(told.at("CreditSpecification"), "Standard");
  EXPECT_EQ(told.at("SpotStrategy"), "SpotWithPriceLimit");
  EXPECT_EQ(told.at("SpotPriceLimit"), 0.5);
  EXPECT_EQ(told.at("SpotDuration"), 1);
  EXPECT_EQ(told.at("SpotInterruptionBehavior"), "Stop");
  EXPECT_EQ(told.at("InternetChargeType"), "PayByBandwidth");
  EXPECT_EQ(told.at("InternetMaxBandwidthOut"), 10);
  EXPECT_EQ(told.at("MetadataOptions").at("HttpEndpoint"), "disabled");
  EXPECT_EQ(told.at("MetadataOptions").at("HttpTokens"), "required");
  EXPECT_EQ(told.at("MetadataOptions").at("HttpPutResponseHopLimit"), 3);
  EXPECT_EQ(told.at("CpuOptions").at("ThreadsPerCore"), 1);
  EXPECT_EQ(told.at("DedicatedInstanceAttribute").at("Tenancy"), "default");
  EXPECT_EQ(told.at("DeletionProtection"), true);
  EXPECT_EQ(told.at("ResourceGroupId"), "rg-1");
}

TEST_F(RunInstancesTest, GivenProtectedWhenDeletedThenRefused) {
  const std::string id = MakeOne({{"DeletionProtection", "true"}});
  SettleAll();
  EXPECT_EQ(Code(Run("DeleteInstance", {{"InstanceId", id}, {"Force", "true"}})),
            "InvalidOperation.DeletionProtection");
}

TEST_F(RunInstancesTest, GivenPendingWhenDeletedThenRefused) {
  EXPECT_EQ(Code(Run("DeleteInstance", {{"InstanceId", MakeOne()}, {"Force", "true"}})),
            "IncorrectInstanceStatus");
}

struct RefusedOrder {
  std::string name;
  Values values;
  std::string code;
};

class RefusedOrderTest : public RunInstancesTest,
                         public testing::WithParamInterface<RefusedOrder> {};

TEST_P(RefusedOrderTest, GivenOrderWhenRunThenItsCodeAndNothingIsMade) {
  Values values = GetParam().values;
  values.emplace("RegionId", "cn-hangzhou");
  values.emplace("InstanceType", "ecs.g7.xlarge");
  values.emplace("ImageId", "aliyun_3_x64");
  EXPECT_EQ(Code(Run("RunInstances", values)), GetParam().code);
  const auto count = store->Read([](View& view) -> Result<std::int64_t> {
    return view.Count({.kind = &KindOf<Instance>(), .account = "a", .region = ""}) +
           view.Count({.kind = &KindOf<Disk>(), .account = "a", .region = ""});
  });
  EXPECT_EQ(*count, 3) << "the instances of the fixture";
}

const std::string kGone = "OperationDenied";
INSTANTIATE_TEST_SUITE_P(
    Rows, RefusedOrderTest,
    testing::Values(
        RefusedOrder{"NoType", {{"InstanceType", ""}}, "MissingParameter"},
        RefusedOrder{"NoImage", {{"ImageId", ""}}, "MissingParameter"},
        RefusedOrder{
            "ImageFamily", {{"ImageId", ""}, {"ImageFamily", "f"}}, "InvalidImageFamily.NotFound"},
        RefusedOrder{"Type", {{"InstanceType", "ecs.x"}}, "InvalidInstanceType.ValueNotSupported"},
        RefusedOrder{
            "TypeInZone", {{"ZoneId", "cn-hangzhou-d"}}, "InvalidResourceType.NotSupported"},
        RefusedOrder{"Zone", {{"ZoneId", "cn-beijing-a"}}, "InvalidZoneId.NotFound"},
        RefusedOrder{
            "TypeInRegion", {{"RegionId", "cn-hangzhou"}, {"Amount", "0"}}, "InvalidParameter"},
        RefusedOrder{"TooMany", {{"Amount", "101"}}, "InvalidParameter"},
        RefusedOrder{"MinAboveAmount", {{"MinAmount", "2"}}, "InvalidParameter"},
        RefusedOrder{"Name", {{"InstanceName", "1"}}, "InvalidInstanceName.Malformed"},
        RefusedOrder{"HostName", {{"HostName", "-a"}}, "InvalidHostName.Malformed"},
        RefusedOrder{
            "HostNames", {{"HostNames.1", "aa"}, {"HostNames.2", "bb"}}, "InvalidParameter"},
        RefusedOrder{"Description", {{"Description", "x"}}, "InvalidDescription.Malformed"},
        RefusedOrder{"UserData", {{"UserData", "?"}}, "InvalidUserData.Base64FormatInvalid"},
        RefusedOrder{"Password", {{"Password", "short"}}, "InvalidPassword.Malformed"},
        RefusedOrder{"KeyPair", {{"KeyPairName", "none"}}, "InvalidKeyPair.NotFound"},
        RefusedOrder{"Group", {{"ResourceGroupId", "x"}}, "InvalidResourceGroup.NotFound"},
        RefusedOrder{"TagTwice", {{"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}}, "Duplicate.TagKey"},
        RefusedOrder{"ChargeType",
                     {{"InstanceChargeType", "Free"}},
                     "InvalidInstanceChargeType.ValueNotSupported"},
        RefusedOrder{"PrePaid", {{"InstanceChargeType", "PrePaid"}}, kGone},
        RefusedOrder{"ReleaseTime",
                     {{"AutoReleaseTime", "2001-01-01T00:00:00Z"}},
                     "InvalidAutoReleaseTime.Malformed"},
        RefusedOrder{"Hibernation", {{"HibernationOptions.Configured", "true"}}, kGone},
        RefusedOrder{"Ipv6", {{"Ipv6AddressCount", "1"}}, kGone},
        RefusedOrder{"Confidential", {{"SecurityOptions.ConfidentialComputingMode", "TDX"}}, kGone},
        RefusedOrder{"StorageSet", {{"StorageSetId", "ss-1"}}, kGone},
        RefusedOrder{"Spot", {{"SpotStrategy", "Cheap"}}, "InvalidSpotStrategy"},
        RefusedOrder{"LineBreak", {{"Isp", "a\nb"}}, "InvalidParameter"},
        RefusedOrder{
            "IoOptimized", {{"IoOptimized", "none"}}, "InvalidIoOptimizedValue.ValueNotSupported"},
        RefusedOrder{
            "LaunchTemplate", {{"LaunchTemplateId", "lt-1"}}, "InvalidLaunchTemplate.NotFound"},
        RefusedOrder{"RamRole", {{"RamRoleName", "r"}}, "InvalidRamRole.NotFound"},
        RefusedOrder{
            "DedicatedHost", {{"DedicatedHostId", "dh-1"}}, "InvalidDedicatedHostId.NotFound"},
        RefusedOrder{"VSwitch", {{"VSwitchId", "vsw-1"}}, "InvalidVSwitchId.NotFound"},
        RefusedOrder{
            "SecurityGroup", {{"SecurityGroupIds.1", "sg-1"}}, "InvalidSecurityGroupId.NotFound"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Disks, RefusedOrderTest,
    testing::Values(
        RefusedOrder{"SystemCategory",
                     {{"SystemDisk.Category", "cloud_x"}},
                     "InvalidSystemDiskCategory.ValueNotSupported"},
        RefusedOrder{"SystemLevel",
                     {{"SystemDisk.PerformanceLevel", "PL9"}},
                     "InvalidPerformanceLevel.Malformed"},
        RefusedOrder{
            "SystemSize", {{"SystemDisk.Size", "10"}}, "InvalidSystemDiskSize.ValueNotSupported"},
        RefusedOrder{"SystemSizeText", {{"SystemDisk.Size", "many"}}, "InvalidParameter"},
        RefusedOrder{"SystemName", {{"SystemDisk.DiskName", "1"}}, "InvalidDiskName.Malformed"},
        RefusedOrder{"SystemPolicy",
                     {{"SystemDisk.AutoSnapshotPolicyId", "sp-1"}},
                     "InvalidAutoSnapshotPolicyId.NotFound"},
        RefusedOrder{"DataCategory",
                     {{"DataDisk.1.Category", "cloud_x"}, {"DataDisk.1.Size", "20"}},
                     "InvalidDataDiskCategory.ValueNotSupported"},
        RefusedOrder{"DataSize",
                     {{"DataDisk.1.Category", "cloud_ssd"}, {"DataDisk.1.Size", "1"}},
                     "InvalidDataDiskSize.ValueNotSupported"},
        RefusedOrder{"DataWithoutSize", {{"DataDisk.1.DiskName", "one"}}, "MissingParameter"},
        RefusedOrder{"DataEncrypted",
                     {{"DataDisk.1.Size", "20"}, {"DataDisk.1.Encrypted", "maybe"}},
                     "InvalidParameter"},
        RefusedOrder{"DataKey",
                     {{"DataDisk.1.Size", "20"}, {"DataDisk.1.KMSKeyId", "k"}},
                     "InvalidParameter.EncryptedIllegal"},
        RefusedOrder{
            "DataSnapshot", {{"DataDisk.1.SnapshotId", "s-none"}}, "InvalidSnapshotId.NotFound"},
        RefusedOrder{"DataDevice",
                     {{"DataDisk.1.Size", "20"}, {"DataDisk.1.Device", "/dev/sda"}},
                     "InvalidDevice.Malformed"},
        RefusedOrder{"DataCluster",
                     {{"DataDisk.1.Size", "20"}, {"DataDisk.1.StorageClusterId", "dbsc-1"}},
                     kGone},
        RefusedOrder{"FourDisks",
                     {{"DataDisk.1.Size", "20"},
                      {"DataDisk.2.Size", "20"},
                      {"DataDisk.3.Size", "20"},
                      {"DataDisk.4.Size", "20"}},
                     "InstanceDiskLimitExceeded"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cloudapi
