#include "cloudapi/actions/inventory/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/testing/test_cloud.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Given = std::vector<std::pair<std::string, std::string>>;

class InventoryTest : public testing::Test {
 protected:
  json Ask(std::string_view action, const Given& given) {
    Params params;
    params.Set("RegionId", "cn-hangzhou");
    for (const auto& [name, value] : given) params.Set(name, value);
    const auto answer = cloud_.Call(action, params);
    EXPECT_TRUE(answer) << answer.error().code;
    return json::parse("{" + answer->members + "}");
  }
  json Zones(const Given& given) {
    return Ask("DescribeAvailableResource", given).at("AvailableZones").at("AvailableZone");
  }
  static json Supported(const json& zone) {
    return zone.at("AvailableResources")
        .at("AvailableResource")[0]
        .at("SupportedResources")
        .at("SupportedResource");
  }
  void SetStock(const std::string& zone, const std::string& category, bool in_stock) {
    CatalogueHolder holder(cloud_.catalogue);
    ASSERT_TRUE(holder.SetStock(zone, category, in_stock));
    cloud_.catalogue = *holder.Get();
  }

  TestCloud cloud_;
};

TEST_F(InventoryTest, GivenTypesWhenPagedThenEachOnce) {
  std::set<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const auto answer = Ask("DescribeInstanceTypes", {{"MaxResults", "6"}, {"NextToken", token}});
    for (const auto& type : answer.at("InstanceTypes").at("InstanceType"))
      EXPECT_TRUE(seen.insert(type.at("InstanceTypeId")).second);
    token = answer.at("NextToken");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seen.size(), cloud_.catalogue.instance_types.size());
  EXPECT_EQ(pages, (static_cast<int>(seen.size()) + 5) / 6);
}

TEST_F(InventoryTest, GivenNoMaxResultsWhenTypesAskedThenNoAttributes) {
  const auto types = Ask("DescribeInstanceTypes", {{"InstanceTypes.1", "ecs.g7.large"}});
  EXPECT_FALSE(types.at("InstanceTypes").at("InstanceType")[0].contains("Attributes"));
}

TEST_F(InventoryTest, GivenNumericFiltersWhenTypesAskedThenBothEndsIncluded) {
  const auto types = Ask("DescribeInstanceTypes", {{"InstanceTypeFamilies.1", "ecs.g7"},
                                                   {"MinimumCpuCoreCount", "4"},
                                                   {"MaximumCpuCoreCount", "8"},
                                                   {"MinimumMemorySize", "16.0"}});
  EXPECT_EQ(types.at("InstanceTypes").at("InstanceType").size(), 2U);
  EXPECT_EQ(Ask("DescribeInstanceTypes", {{"MinimumGPUAmount", "1"}})
                .at("InstanceTypes")
                .at("InstanceType")
                .size(),
            0U);
}

TEST_F(InventoryTest, GivenHardwareThatNoTypeHasWhenAskedThenNone) {
  const auto count = [this](const std::string& name, const std::string& value) {
    return Ask("DescribeInstanceTypes", {{name, value}})
        .at("InstanceTypes")
        .at("InstanceType")
        .size();
  };
  const std::size_t all = cloud_.catalogue.instance_types.size();
  EXPECT_EQ(count("GPUSpec", "NVIDIA T4"), 0U);
  EXPECT_EQ(count("GpuSpecs.1", "NVIDIA T4"), 0U);
  EXPECT_EQ(count("LocalStorageCategory", "local_ssd_pro"), 0U);
  EXPECT_EQ(count("LocalStorageCategories.1", "local_ssd_pro"), 0U);
  EXPECT_EQ(count("MinimumLocalStorageCapacity", "1"), 0U);
  EXPECT_EQ(count("MinimumEniQuantity", "5"), 0U);
  EXPECT_LT(count("MinimumEniQuantity", "4"), all);
  EXPECT_EQ(count("MinimumEniQuantity", "3"), all);
  EXPECT_EQ(count("MaximumGPUAmount", "0"), all);
  EXPECT_EQ(count("MinimumEriQuantity", "9"), 0U);
  EXPECT_EQ(count("MinimumCpuSpeedFrequency", "0.1"), 0U);
  EXPECT_EQ(count("MinimumCpuTurboFrequency", "0.1"), 0U);
  EXPECT_EQ(count("MinimumBaselineCredit", "1"), 0U);
  EXPECT_EQ(count("MinimumInitialCredit", "1"), 0U);
  EXPECT_EQ(count("MinimumQueuePairNumber", "1"), 0U);
  EXPECT_EQ(count("PhysicalProcessorModel", "x"), 0U);
  EXPECT_EQ(count("PhysicalProcessorModels.1", "x"), 0U);
  EXPECT_EQ(count("MaximumCpuSpeedFrequency", "9"), all);
  for (const std::string what :
       {"EniIpv6AddressQuantity", "EniPrivateIpAddressQuantity", "InstanceBandwidthRx",
        "InstanceBandwidthTx", "InstancePpsRx", "InstancePpsTx", "PrimaryEniQueueNumber",
        "SecondaryEniQueueNumber"}) {
    EXPECT_EQ(count("Minimum" + what, "1"), all) << what;
    EXPECT_EQ(count("Minimum" + what, "2000000000"), 0U) << what;
  }
}

TEST_F(InventoryTest, GivenCategorySoldOutWhenAskedThenSaidSo) {
  SetStock("cn-hangzhou-b", "cloud_ssd", false);
  const Given given = {
      {"DestinationResource", "DataDisk"}, {"ResourceType", "disk"}, {"ZoneId", "cn-hangzhou-b"}};
  const auto zones = Zones(given);
  ASSERT_EQ(zones.size(), 1U);
  EXPECT_EQ(zones[0].at("Status"), "Available");
  for (const auto& row : Supported(zones[0]))
    EXPECT_EQ(row.at("Status"), row.at("Value") == "cloud_ssd" ? "SoldOut" : "Available");
  Given only = given;
  only.emplace_back("DataDiskCategory", "cloud_ssd");
  EXPECT_EQ(Zones(only)[0].at("Status"), "SoldOut");
  const auto zone = Ask("DescribeZones", {}).at("Zones").at("Zone")[0];
  EXPECT_THAT(zone.at("AvailableDiskCategories").at("DiskCategories"),
              testing::Not(testing::Contains("cloud_ssd")));
}

TEST_F(InventoryTest, GivenInstanceTypeWhenDisksAskedThenOnlyWhatItTakesWhereItIsSold) {
  const auto zones =
      Zones({{"DestinationResource", "DataDisk"}, {"InstanceType", "ecs.g8i.large"}});
  std::set<std::string> ids;
  for (const auto& zone : zones) {
    ids.insert(zone.at("ZoneId").get<std::string>());
    for (const auto& row : Supported(zone))
      EXPECT_THAT(row.at("Value").get<std::string>(), testing::AnyOf("cloud_essd", "cloud_auto"));
  }
  EXPECT_TRUE(ids.contains("cn-hangzhou-i"));
  EXPECT_FALSE(ids.contains("cn-hangzhou-f"));
  EXPECT_EQ(Zones({{"DestinationResource", "DataDisk"}, {"InstanceType", "ecs.none.large"}}).size(),
            0U);
}

TEST_F(InventoryTest, GivenSystemDisksWhenAskedThenTheirOwnSizes) {
  const auto zones = Zones({{"DestinationResource", "SystemDisk"}, {"ZoneId", "cn-hangzhou-b"}});
  for (const auto& row : Supported(zones[0]))
    EXPECT_EQ(row.at("Max"), row.at("Value") == "cloud" ? 500 : 2048);
}

TEST_F(InventoryTest, GivenChargeTypeOfNoRegionWhenAskedThenRefused) {
  EXPECT_EQ(cloud_.Call("DescribeRegions", Params(Params::Map{{"InstanceChargeType", "Free"}}))
                .error()
                .code,
            "InvalidInstanceChargeType.NotFound");
  EXPECT_TRUE(
      cloud_.Call("DescribeRegions", Params(Params::Map{{"InstanceChargeType", "PrePaid"}})));
}

TEST_F(InventoryTest, GivenEndpointWhenRegionsAskedThenAnswered) {
  cloud_.settings.endpoint_host = "127.0.0.1:20140";
  const auto answer = Ask("DescribeRegions", {});
  for (const auto& region : answer.at("Regions").at("Region"))
    EXPECT_EQ(region.at("RegionEndpoint"), "127.0.0.1:20140");
}

TEST(GenerationTest, GivenFamilyThenItsFirstDigit) {
  EXPECT_EQ(GenerationOf("ecs.g7"), "ecs-7");
  EXPECT_EQ(GenerationOf("ecs.e-c1m2"), "ecs-1");
  EXPECT_EQ(GenerationOf("ecs.x"), "ecs-1");
}

TEST_F(InventoryTest, GivenAccountWhenItsAttributesAreAskedThenWhatHoldsAndNoMore) {
  const auto values = [this](const std::string& name, const Given& given = {}) {
    Given all = given;
    all.emplace_back("AttributeName.1", name);
    const json items = Ask("DescribeAccountAttributes", all)
                           .at("AccountAttributeItems")
                           .at("AccountAttributeItem");
    EXPECT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0].at("AttributeName"), name);
    return items[0].at("AttributeValues").at("ValueItem");
  };
  EXPECT_EQ(values("instance-network-type")[0].at("Value"), "vpc");
  EXPECT_EQ(values("max-security-groups").size(), 0U);
  EXPECT_EQ(values("used-postpaid-instance-vcpu-count")[0].at("Value"), "0");
  cloud_.Put(Instance{.id = "i-1",
                      .account = "default",
                      .region = "cn-hangzhou",
                      .zone = "cn-hangzhou-b",
                      .type = "ecs.g7.xlarge",
                      .seq = 1});
  EXPECT_EQ(values("used-postpaid-instance-vcpu-count")[0].at("Value"), "4");
  const json types = values("supported-postpaid-instance-types", {{"ZoneId", "cn-hangzhou-b"}});
  ASSERT_FALSE(types.empty());
  for (const json& type : types) EXPECT_EQ(type.at("ZoneId"), "cn-hangzhou-b");
  EXPECT_EQ(Ask("DescribeAccountAttributes", {})
                .at("AccountAttributeItems")
                .at("AccountAttributeItem")
                .size(),
            14U);
}

TEST_F(InventoryTest, GivenAccountQuestionWhenItIsWrongThenTheCode) {
  const auto code = [this](const std::string& name, const std::string& value) {
    Params params;
    params.Set("RegionId", "cn-hangzhou");
    params.Set(name, value);
    const auto answer = cloud_.Call("DescribeAccountAttributes", params);
    return answer ? "" : answer.error().code;
  };
  EXPECT_EQ(code("RegionId", "cn-nowhere"), "InvalidRegionId.NotFound");
  EXPECT_EQ(code("ZoneId", "cn-beijing-a"), "InvalidZoneId.NotFound");
  EXPECT_EQ(code("AttributeName.1", "max-wishes"), "InvalidParameter");
}

}  // namespace
}  // namespace cloudapi
