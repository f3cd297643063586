#include "driver/controller/disk_parameters.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

struct RefusedCase {
  std::string name;
  Parameters parameters;
  Parameters mutable_parameters = {};
};

class RefusedParametersTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedParametersTest, GivenParametersWhenParsedThenInvalidArgument) {
  const auto parsed =
      ParseDiskParameters(GetParam().parameters, GetParam().mutable_parameters, "cn-hangzhou");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_FALSE(parsed.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedParametersTest,
    testing::Values(
        RefusedCase{"Unknown", {{"invented", "1"}}},
        RefusedCase{"CaseMatters", {{"Type", "cloud_essd"}}},
        RefusedCase{"UnknownCategory", {{"type", "cloud_invented"}}},
        RefusedCase{"EmptyType", {{"type", ""}}},
        RefusedCase{"SpaceInList", {{"type", "cloud_essd, cloud_ssd"}}},
        RefusedCase{"EmptyMember", {{"type", "cloud_essd,,cloud_ssd"}}},
        RefusedCase{"TrailingComma", {{"type", "cloud_essd,"}}},
        RefusedCase{"UnknownLevel", {{"performanceLevel", "PL4"}}},
        RefusedCase{"SpaceInLevels", {{"performanceLevel", "PL0, PL1"}}},
        RefusedCase{"LevelWithoutEssd", {{"type", "cloud_ssd"}, {"performanceLevel", "PL1"}}},
        RefusedCase{"EmptyZone", {{"zoneId", ""}}},
        RefusedCase{"SpaceInZones", {{"zoneId", "cn-hangzhou-b, cn-hangzhou-d"}}},
        RefusedCase{"ForeignRegion", {{"regionId", "cn-beijing"}}},
        RefusedCase{"EncryptedMaybe", {{"encrypted", "maybe"}}},
        RefusedCase{"KeyWithoutEncrypted", {{"kmsKeyId", "k"}}},
        RefusedCase{"MultiAttachMaybe", {{"multiAttach", "maybe"}}},
        RefusedCase{"TagWithoutColon", {{"diskTags", "a"}}},
        RefusedCase{"TagWithSpace", {{"diskTags", "a:1, b:2"}}},
        RefusedCase{"TagWithoutKey", {{"diskTags/", "1"}}},
        RefusedCase{"ReservedTag", {{"diskTags/acs:x", "1"}}},
        RefusedCase{"AliyunTag", {{"diskTags/aliyun.x", "1"}}},
        RefusedCase{"OwnTag", {{"diskTags/csi.alibabacloud.com/volume-name", "x"}}},
        RefusedCase{"AddressTag", {{"diskTags/a", "http://x"}}},
        RefusedCase{"LongTag", {{"diskTags/" + std::string(129, 'k'), "1"}}},
        RefusedCase{"IopsWord", {{"type", "cloud_auto"}, {"provisionedIops", "many"}}},
        RefusedCase{"IopsNegative", {{"type", "cloud_auto"}, {"provisionedIops", "-1"}}},
        RefusedCase{"IopsFraction", {{"type", "cloud_auto"}, {"provisionedIops", "1.5"}}},
        RefusedCase{"IopsWithoutAuto", {{"provisionedIops", "100"}}},
        RefusedCase{"BurstingWithoutAuto", {{"burstingEnabled", "true"}}},
        RefusedCase{"BurstingMaybe", {{"type", "cloud_auto"}, {"burstingEnabled", "maybe"}}},
        RefusedCase{"ClusterWithoutLevel", {{"storageClusterId", "dbsc-1"}}},
        RefusedCase{"EmptyGroup", {{"resourceGroupId", ""}}},
        RefusedCase{"HpnAlways", {{"restrictToHpnZone", "always"}}},
        RefusedCase{"ReadOnly", {{"readOnly", "true"}}},
        RefusedCase{"DataCache", {{"dataCacheSize", "10Gi"}}},
        RefusedCase{"MutableUnknown", {}, {{"invented", "1"}}},
        RefusedCase{"MutableZone", {}, {{"zoneId", "cn-hangzhou-b"}}},
        RefusedCase{"MutableBadLevel", {}, {{"performanceLevel", "PL9"}}}),
    [](const auto& tested) { return tested.param.name; });

DiskParameters Parsed(const Parameters& parameters, const Parameters& mutable_parameters = {}) {
  auto parsed = ParseDiskParameters(parameters, mutable_parameters, "cn-hangzhou");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : DiskParameters{};
}

TEST(DiskParametersTest, GivenNothingWhenParsedThenEssd) {
  const auto disk = Parsed({});
  EXPECT_EQ(disk.categories, std::vector<std::string>{"cloud_essd"});
  EXPECT_TRUE(disk.levels.empty());
  EXPECT_FALSE(disk.encrypted);
}

TEST(DiskParametersTest, GivenListsWhenParsedThenInOrder) {
  const auto disk = Parsed({{"type", "cloud_essd,cloud_ssd"},
                            {"performanceLevel", "PL1,PL0"},
                            {"zoneId", "cn-hangzhou-d,cn-hangzhou-b"},
                            {"regionId", "cn-hangzhou"}});
  EXPECT_EQ(disk.categories, (std::vector<std::string>{"cloud_essd", "cloud_ssd"}));
  EXPECT_EQ(disk.levels, (std::vector<std::string>{"PL1", "PL0"}));
  EXPECT_EQ(disk.zones, (std::vector<std::string>{"cn-hangzhou-d", "cn-hangzhou-b"}));
  EXPECT_EQ(Parsed({{"type", "available"}}).categories,
            (std::vector<std::string>{"cloud_ssd", "cloud_efficiency"}));
}

TEST(DiskParametersTest, GivenWordsForYesWhenParsedThenTrue) {
  for (const auto* word : {"yes", "TRUE", "1", "True"}) {
    EXPECT_TRUE(Parsed({{"encrypted", word}}).encrypted) << word;
  }
  for (const auto* word : {"no", "false", "0"}) {
    EXPECT_FALSE(Parsed({{"encrypted", word}}).encrypted) << word;
  }
  EXPECT_TRUE(Parsed({{"multiAttach", "Enabled"}}).multi_attach);
  EXPECT_FALSE(Parsed({{"multiAttach", "disabled"}}).multi_attach);
}

TEST(DiskParametersTest, GivenTagsWhenParsedThenSingleKeysAndClaimsWin) {
  const auto disk = Parsed({{"diskTags", "a:1,b:2"},
                            {"diskTags/b", "3"},
                            {"diskTags/kubernetes.io/created-for/pvc/name", "mine"},
                            {"csi.storage.k8s.io/pvc/name", "claim"},
                            {"csi.storage.k8s.io/pv/name", "pv"}});
  const Tags expected = {{"a", "1"},
                         {"b", "3"},
                         {"kubernetes.io/created-for/pv/name", "pv"},
                         {"kubernetes.io/created-for/pvc/name", "claim"}};
  EXPECT_EQ(disk.tags, expected);
}

TEST(DiskParametersTest, GivenMutableWhenParsedThenOverrides) {
  const auto disk =
      Parsed({{"type", "cloud_essd,cloud_ssd"}, {"diskTags/a", "1"}}, {{"type", "cloud_auto"},
                                                                       {"provisionedIops", "500"},
                                                                       {"diskTags/b", "2"},
                                                                       {"-diskTags/a", ""}});
  EXPECT_EQ(disk.categories, std::vector<std::string>{"cloud_auto"});
  EXPECT_EQ(disk.provisioned_iops, 500);
  EXPECT_EQ(disk.tags, (Tags{{"b", "2"}}));
}

TEST(DiskParametersTest, GivenNodeKeysWhenParsedThenInContext) {
  const auto disk = Parsed({{"mkfsOptions", "-m 1"}, {"csi.storage.k8s.io/pvc/name", "claim"}});
  EXPECT_EQ(disk.context, (Parameters{{"mkfsOptions", "-m 1"}}));
}

}  // namespace
}  // namespace driver
