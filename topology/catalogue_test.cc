#include "topology/catalogue.h"

#include <gtest/gtest.h>

#include "topology/testing/sample.h"

namespace topology {
namespace {

TEST(CatalogueTest, GivenNamesWhenLookedUpThenFoundOrNull) {
  const Catalogue catalogue = SampleCatalogue();
  ASSERT_NE(catalogue.FindZone("cn-beijing-a"), nullptr);
  EXPECT_EQ(catalogue.FindZone("cn-beijing-a")->id, "cn-beijing-a");
  EXPECT_EQ(catalogue.RegionOf("cn-beijing-a")->id, "cn-beijing");
  EXPECT_EQ(catalogue.FindRegion("cn-hangzhou")->zones.size(), 4U);
  EXPECT_EQ(catalogue.FindCategory("cloud_ssd")->sizes.max, 32768);
  EXPECT_EQ(catalogue.FindInstanceType("ecs.g7.xlarge")->disk_quantity, 16);
  EXPECT_EQ(catalogue.FindZone("cn-hangzhou-x"), nullptr);
  EXPECT_EQ(catalogue.RegionOf("cn-hangzhou-x"), nullptr);
  EXPECT_EQ(catalogue.FindRegion("cn-hangzhou-b"), nullptr);
  EXPECT_EQ(catalogue.FindCategory("cloud"), nullptr);
  EXPECT_EQ(catalogue.FindInstanceType("ecs.none"), nullptr);
}

TEST(CatalogueTest, GivenOffersWhenAskedThenSellsOnlyWhatIsInStock) {
  const Catalogue catalogue = SampleCatalogue();
  EXPECT_TRUE(catalogue.Sells("cn-hangzhou-b", "cloud_essd"));
  EXPECT_FALSE(catalogue.Sells("cn-hangzhou-k", "cloud_essd"));
  EXPECT_FALSE(catalogue.Sells("cn-hangzhou-z", "cloud_essd"));
  EXPECT_FALSE(catalogue.Sells("cn-hangzhou-x", "cloud_essd"));
}

struct SizesCase {
  std::string name;
  std::string category;
  std::string level;
  std::optional<SizeRange> expected;
};

class SizesTest : public testing::TestWithParam<SizesCase> {};

TEST_P(SizesTest, GivenCategoryAndLevelWhenAskedThenAnswersRange) {
  EXPECT_EQ(SampleCatalogue().Sizes(GetParam().category, GetParam().level), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, SizesTest,
    testing::Values(SizesCase{"DefaultLevel", "cloud_essd", "", SizeRange{20, 65536}},
                    SizesCase{"Pl0", "cloud_essd", "PL0", SizeRange{1, 65536}},
                    SizesCase{"Pl2", "cloud_essd", "PL2", SizeRange{461, 65536}},
                    SizesCase{"UnknownLevel", "cloud_essd", "PL9", std::nullopt},
                    SizesCase{"NoLevels", "cloud_ssd", "", SizeRange{20, 32768}},
                    SizesCase{"LevelOfNoLevels", "cloud_ssd", "PL1", std::nullopt},
                    SizesCase{"UnknownCategory", "cloud", "", std::nullopt}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace topology
