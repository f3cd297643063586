#include "cloudapi/catalogue/parse.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

constexpr std::string_view kSmall = R"({
  "offers": {"all": ["cloud_essd"]},
  "families_of": {"all": ["ecs.g7"]},
  "categories": [
    {"name": "cloud_essd", "min": 20, "max": 65536, "default_level": "PL1",
     "levels": [["PL0", 1, 65536], ["PL1", 20, 65536]]},
    {"name": "local_ssd", "min": 5, "max": 800, "zonal": false}
  ],
  "families": [
    {"name": "ecs.g7", "architecture": "X86", "nvme": "supported", "categories": ["cloud_essd"],
     "types": [{"size": "large", "cpu": 2, "memory": 0.5, "disks": 16}]}
  ],
  "regions": [
    {"id": "us-east-1", "code": "ue1", "zh": "弗吉尼亚", "en": "US East",
     "city_zh": "弗吉尼亚", "city_en": "Virginia", "zone_prefix": "us-east-1",
     "zones": {"a": "all", "b": "all"}}
  ]
})";

std::string Changed(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ParseCatalogueTest, GivenAFileWhenReadThenItsZonesAndTypes) {
  const TempFolder folder;
  const auto file = folder.path() / "zones.json";
  std::ofstream(file) << kSmall;
  const auto catalogue = LoadCatalogue(file);
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  EXPECT_TRUE(catalogue->Sells("us-east-1a", "cloud_essd"));
  EXPECT_FALSE(catalogue->Sells("cn-hangzhou-b", "cloud_essd"));
  EXPECT_EQ(catalogue->RegionOf("us-east-1b")->id_code, "ue1");
  EXPECT_EQ(catalogue->FindZone("us-east-1a")->local_name_en, "Virginia Zone A");
  EXPECT_EQ(catalogue->FindZone("us-east-1a")->instance_types,
            std::vector<std::string>{"ecs.g7.large"});
  EXPECT_EQ(catalogue->FindInstanceType("ecs.g7.large")->memory_gib, 0.5);
  EXPECT_EQ(catalogue->Sizes("cloud_essd", "PL0")->min, 1);
}

TEST(ParseCatalogueTest, GivenNoFileWhenReadThenNamed) {
  EXPECT_EQ(LoadCatalogue("/").error().message, "cannot read /");
  EXPECT_EQ(LoadCatalogue("/nowhere/zones.json").error().message,
            "cannot read /nowhere/zones.json");
}

struct WrongCase {
  std::string name;
  std::string from;
  std::string to;
  std::string message;
};
class WrongCatalogueTest : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongCatalogueTest, GivenOneMistakeWhenParsedThenOneLineThatNamesPlaceAndMember) {
  const auto parsed = ParseCatalogue(Changed(GetParam().from, GetParam().to), "zones.json");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "zones.json:" + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, WrongCatalogueTest,
    testing::Values(
        WrongCase{"NotJson", "\"families_of\":", "\"families_of\"", "3: this is not JSON"},
        WrongCase{"NoObject", kSmall.data(), "[]", "1: a JSON object is expected"},
        WrongCase{"Missing", "\"code\": \"ue1\", ", "", "14: regions[0].code: is missing"},
        WrongCase{"OtherType", "\"min\": 20", "\"min\": \"20\"",
                  "5: categories[0].min: must be a whole number of at least 1"},
        WrongCase{"Sizes", "\"max\": 800", "\"max\": 4",
                  "7: categories[1].max: must not be less than the minimum"},
        WrongCase{"LevelTwice", "[\"PL0\", 1", "[\"PL1\", 1",
                  "6: categories[0].levels[1]: PL1 is there twice"},
        WrongCase{"DefaultLevel", "\"default_level\": \"PL1\"", "\"default_level\": \"PL7\"",
                  "5: categories[0].default_level: PL7 is no level"},
        WrongCase{"Nvme", "\"nvme\": \"supported\"", "\"nvme\": \"maybe\"",
                  "10: families[0].nvme: must be supported, unsupported or required"},
        WrongCase{"Memory", "\"memory\": 0.5", "\"memory\": 0",
                  "11: families[0].types[0].memory: must be a number greater than 0"},
        WrongCase{"Offer", "\"all\": [\"cloud_essd\"]", "\"all\": [\"local_ssd\"]",
                  "2: offers.all[0]: local_ssd is no category that zones sell"},
        WrongCase{"Family", "\"all\": [\"ecs.g7\"]", "\"all\": [\"ecs.g9\"]",
                  "3: families_of.all[0]: ecs.g9 is no family with types"},
        WrongCase{"Code", "\"ue1\"", "\"UE1\"",
                  "14: regions[0].code: must be three lower-case letters or digits"},
        WrongCase{"Kind", "\"b\": \"all\"", "\"b\": \"some\"", "2: offers.some: is missing"},
        WrongCase{"Letter", "\"b\": \"all\"", "\"B\": \"all\"",
                  "16: regions[0].zones.B: a zone is lower-case letters and digits"}),
    [](const auto& test) { return test.param.name; });

TEST(ParseCatalogueTest, GivenNoCategoriesWhenParsedThenRefused) {
  const std::string text = R"({"offers": {"all": []}, "families_of": {"all": []},
    "categories": [], "families": [],
    "regions": [{"id": "r", "code": "abc", "zh": "r", "en": "r", "city_zh": "r", "city_en": "r",
                 "zone_prefix": "r-", "zones": {"a": "all"}}]})";
  EXPECT_EQ(ParseCatalogue(text, "z").error().message, "z:2: categories: must not be empty");
}

TEST(ParseCatalogueTest, GivenNoRegionsWhenParsedThenRefused) {
  const std::string text = R"({"categories":[],"families":[],"regions":[]})";
  EXPECT_EQ(ParseCatalogue(text, "z").error().message, "z:1: regions: must not be empty");
}

}  // namespace
}  // namespace cloudapi
