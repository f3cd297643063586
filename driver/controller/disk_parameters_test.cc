#include "driver/controller/disk_parameters.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

const ParameterRules kRules{.region = "cn-hangzhou"};

struct RefusedCase {
  std::string name;
  Parameters parameters;
  std::string message;
  Parameters mutable_parameters = {};
};

class RefusedParametersTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedParametersTest, GivenParametersWhenParsedThenInvalidArgument) {
  const auto parsed =
      ParseDiskParameters(GetParam().parameters, GetParam().mutable_parameters, kRules);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(parsed.error().message, "parameter " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedParametersTest,
    testing::Values(
        RefusedCase{"UnknownCategory",
                    {{"type", "cloud_invented"}},
                    "type has an unknown member cloud_invented"},
        RefusedCase{"CategoryInCapitals",
                    {{"type", "CLOUD_ESSD"}},
                    "type has an unknown member CLOUD_ESSD"},
        RefusedCase{"EmptyType", {{"type", ""}}, "type has an empty member"},
        RefusedCase{"SpaceInList",
                    {{"type", "cloud_essd, cloud_ssd"}},
                    "type has a space in its list; write \"a,b\""},
        RefusedCase{"EmptyMember", {{"type", "cloud_essd,,cloud_ssd"}}, "type has an empty member"},
        RefusedCase{"TrailingComma", {{"type", "cloud_essd,"}}, "type has an empty member"},
        RefusedCase{"AvailableInList",
                    {{"type", "available,cloud_ssd"}},
                    "type has an unknown member available"},
        RefusedCase{"UnknownLevel",
                    {{"performanceLevel", "PL4"}},
                    "performanceLevel has an unknown member PL4"},
        RefusedCase{"LevelInLowerCase",
                    {{"performanceLevel", "pl1"}},
                    "performanceLevel has an unknown member pl1"},
        RefusedCase{"SpaceInLevels",
                    {{"performanceLevel", "PL0, PL1"}},
                    "performanceLevel has a space in its list; write \"a,b\""},
        RefusedCase{"EmptyZone", {{"zoneId", ""}}, "zoneId has an empty member"},
        RefusedCase{"OldZone", {{"zoneid", "a,"}}, "zoneid has an empty member"},
        RefusedCase{"SpaceInZones",
                    {{"zoneId", "cn-hangzhou-b, cn-hangzhou-d"}},
                    "zoneId has a space in its list; write \"a,b\""},
        RefusedCase{"ForeignRegion",
                    {{"regionId", "cn-beijing"}},
                    "regionId is cn-beijing, but this driver serves cn-hangzhou"},
        RefusedCase{
            "TagWithoutColon", {{"diskTags", "a"}}, "diskTags has a member without a colon"},
        RefusedCase{"TagWithSpace",
                    {{"diskTags", "a:1, b:2"}},
                    "diskTags has a space in its list; write \"a,b\""},
        RefusedCase{"TagWithoutKey",
                    {{"diskTags/", "1"}},
                    "diskTags/ needs a key of 1 to 128 bytes and a value of at most 128"},
        RefusedCase{"ReservedTag",
                    {{"diskTags/acs:x", "1"}},
                    "diskTags/acs:x has a key that the cloud reserves"},
        RefusedCase{"AliyunTag",
                    {{"diskTags/aliyun.x", "1"}},
                    "diskTags/aliyun.x has a key that the cloud reserves"},
        RefusedCase{"OwnTag",
                    {{"diskTags/csi.alibabacloud.com/volume-name", "x"}},
                    "diskTags/csi.alibabacloud.com/volume-name is written by the driver itself"},
        RefusedCase{"AddressTag", {{"diskTags/a", "http://x"}}, "diskTags/a contains an address"},
        RefusedCase{"IopsWord",
                    {{"type", "cloud_auto"}, {"provisionedIops", "many"}},
                    "provisionedIops is not a whole number of at least 0"},
        RefusedCase{"IopsNegative",
                    {{"type", "cloud_auto"}, {"provisionedIops", "-1"}},
                    "provisionedIops is not a whole number of at least 0"},
        RefusedCase{"IopsFraction",
                    {{"type", "cloud_auto"}, {"provisionedIops", "1.5"}},
                    "provisionedIops is not a whole number of at least 0"},
        RefusedCase{"IopsWithSpace",
                    {{"type", "cloud_auto"}, {"provisionedIops", " 1"}},
                    "provisionedIops is not a whole number of at least 0"},
        RefusedCase{"ClusterWithoutLevel",
                    {{"storageClusterId", "dbsc-1"}},
                    "storageClusterId needs performanceLevel"},
        RefusedCase{"HpnAlways",
                    {{"restrictToHpnZone", "always"}},
                    "restrictToHpnZone can only be never here"},
        RefusedCase{"RetentionWord",
                    {{"volumeDeleteSnapshotRetentionDays", "many"}},
                    "volumeDeleteSnapshotRetentionDays is not a whole number of at least 0"},
        RefusedCase{"CacheSizeWord",
                    {{"dataCacheSize", "large"}},
                    "dataCacheSize is not a quantity such as 20Gi"},
        RefusedCase{"CacheModeWord",
                    {{"dataCacheSize", "10Gi"}, {"dataCacheMode", "fast"}},
                    "dataCacheMode is neither writethrough nor writeback"},
        RefusedCase{"CacheModeAlone",
                    {{"dataCacheMode", "writeback"}},
                    "dataCacheMode needs dataCacheSize"},
        RefusedCase{"Several",
                    {{"type", "x"}, {"zoneId", ""}, {"regionId", "cn-beijing"}},
                    "regionId is cn-beijing, but this driver serves cn-hangzhou; parameter type "
                    "has an unknown member x; parameter zoneId has an empty member"},
        RefusedCase{"MutableUnknown",
                    {},
                    "invented cannot stand in a VolumeAttributesClass",
                    {{"invented", "1"}}},
        RefusedCase{"MutableZone",
                    {},
                    "zoneId cannot stand in a VolumeAttributesClass",
                    {{"zoneId", "cn-hangzhou-b"}}},
        RefusedCase{"MutableBadLevel",
                    {},
                    "performanceLevel is 'PL9', which is unknown",
                    {{"performanceLevel", "PL9"}}},
        RefusedCase{"MutableList",
                    {},
                    "type is 'cloud_essd,cloud_auto', which is unknown",
                    {{"type", "cloud_essd,cloud_auto"}}},
        RefusedCase{"MutableBurstingYes",
                    {},
                    "burstingEnabled is neither true nor false",
                    {{"burstingEnabled", "yes"}}}),
    [](const auto& tested) { return tested.param.name; });

DiskParameters Parsed(const Parameters& parameters, const Parameters& mutable_parameters = {}) {
  auto parsed = ParseDiskParameters(parameters, mutable_parameters, kRules);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : DiskParameters{};
}

TEST(DiskParametersTest, GivenNothingWhenParsedThenAsAvailable) {
  const auto disk = Parsed({});
  EXPECT_EQ(disk.categories, (std::vector<std::string>{"cloud_ssd", "cloud_efficiency"}));
  EXPECT_EQ(disk.categories, Parsed({{"type", "available"}}).categories);
  EXPECT_TRUE(disk.levels.empty());
  EXPECT_FALSE(disk.encrypted);
  EXPECT_TRUE(disk.ignored.empty());
}

TEST(DiskParametersTest, GivenListsWhenParsedThenInOrder) {
  const auto disk = Parsed({{"type", "cloud_essd,cloud_ssd"},
                            {"performanceLevel", "PL1,PL0"},
                            {"zoneId", "cn-hangzhou-d,cn-hangzhou-b"},
                            {"regionId", "cn-hangzhou"}});
  EXPECT_EQ(disk.categories, (std::vector<std::string>{"cloud_essd", "cloud_ssd"}));
  EXPECT_EQ(disk.levels, (std::vector<std::string>{"PL1", "PL0"}));
  EXPECT_EQ(disk.zones, (std::vector<std::string>{"cn-hangzhou-d", "cn-hangzhou-b"}));
}

TEST(DiskParametersTest, GivenWordsForYesWhenParsedThenTrue) {
  for (const auto* word : {"yes", "TRUE", "1", "True"}) {
    EXPECT_TRUE(Parsed({{"encrypted", word}}).encrypted) << word;
  }
  for (const auto* word : {"no", "false", "0", "False", ""}) {
    EXPECT_FALSE(Parsed({{"encrypted", word}}).encrypted) << word;
    EXPECT_TRUE(Parsed({{"encrypted", word}}).ignored.empty()) << word;
  }
  for (const auto* word : {"true", "TRUE", "Enabled"}) {
    EXPECT_TRUE(Parsed({{"multiAttach", word}}).multi_attach) << word;
  }
  EXPECT_FALSE(Parsed({{"multiAttach", "disabled"}}).multi_attach);
  EXPECT_EQ(Parsed({{"type", "cloud_auto"}, {"burstingEnabled", "Yes"}}).bursting, true);
  EXPECT_TRUE(Parsed({{"volumeSizeAutoAvailable", "1"}}).at_least_20_gib);
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

struct IgnoredCase {
  std::string name;
  Parameters parameters;
  std::vector<std::string> ignored;
};

class IgnoredParametersTest : public testing::TestWithParam<IgnoredCase> {};

TEST_P(IgnoredParametersTest, GivenParametersWithoutEffectWhenParsedThenTakenAndNoted) {
  const auto disk = Parsed(GetParam().parameters);
  EXPECT_EQ(disk.ignored, GetParam().ignored);
  EXPECT_EQ(disk.kms_key_id, "");
  EXPECT_FALSE(disk.provisioned_iops);
  EXPECT_FALSE(disk.bursting);
  EXPECT_TRUE(disk.levels.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, IgnoredParametersTest,
    testing::Values(IgnoredCase{"Unknown", {{"invented", "1"}}, {"invented is unknown"}},
                    IgnoredCase{"CaseMatters", {{"Type", "cloud_ssd"}}, {"Type is unknown"}},
                    IgnoredCase{"LevelWithoutEssd",
                                {{"type", "cloud_ssd"}, {"performanceLevel", "PL1"}},
                                {"performanceLevel has no effect without cloud_essd"}},
                    IgnoredCase{"KeyWithoutEncrypted",
                                {{"kmsKeyId", "k"}},
                                {"kmsKeyId has no effect without encrypted"}},
                    IgnoredCase{"AutoAlone",
                                {{"type", "cloud_essd"},
                                 {"provisionedIops", "100"},
                                 {"burstingEnabled", "true"}},
                                {"burstingEnabled has no effect without cloud_auto",
                                 "provisionedIops has no effect without cloud_auto"}},
                    IgnoredCase{"ReadOnly", {{"readOnly", "false"}}, {"readOnly has no effect"}},
                    IgnoredCase{"OtherWordsMeanNo",
                                {{"encrypted", "maybe"}, {"kmsKeyId", ""}, {"multiAttach", "yes"}},
                                {"encrypted is 'maybe', which means no",
                                 "multiAttach is 'yes', which means no"}},
                    IgnoredCase{"Limits",
                                {{"readIOPS", "100"}, {"writeBPS", "1M"}},
                                {"readIOPS has no effect", "writeBPS has no effect"}},
                    IgnoredCase{"Cache",
                                {{"dataCacheSize", "10.5Gi"}, {"dataCacheMode", "writeback"}},
                                {"dataCacheMode has no effect", "dataCacheSize has no effect"}},
                    IgnoredCase{"RetentionOfDeletion",
                                {{"volumeDeleteSnapshotRetentionDays", "3"}},
                                {"volumeDeleteSnapshotRetentionDays has no effect"}},
                    IgnoredCase{"FileSystemOfTheProvisioner", {{"fstype", "ext4"}}, {}}),
    [](const auto& tested) { return tested.param.name; });

TEST(DiskParametersTest, GivenStrictRulesWhenParsedThenWithoutEffectIsRefused) {
  const ParameterRules strict{.region = "cn-hangzhou", .strict = true};
  const auto parsed = ParseDiskParameters({{"readOnly", "true"}, {"Type", "x"}}, {}, strict);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(parsed.error().message, "parameter Type is unknown; parameter readOnly has no effect");
  EXPECT_TRUE(ParseDiskParameters({{"type", "cloud_essd"}, {"fstype", "xfs"}}, {}, strict));
}

TEST(DiskParametersTest, GivenNodeKeysWhenParsedThenInContext) {
  const auto disk = Parsed({{"mkfsOptions", "-m 1"}, {"csi.storage.k8s.io/pvc/name", "claim"}});
  EXPECT_EQ(disk.context, (Parameters{{"mkfsOptions", "-m 1"}}));
}

}  // namespace
}  // namespace driver
