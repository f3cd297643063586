#include "cloudapi/catalogue/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace cloudapi {
namespace {

const char* const kEveryCategory[] = {"cloud",      "cloud_efficiency", "cloud_ssd",
                                      "cloud_essd", "cloud_auto",       "cloud_essd_entry"};

TEST(CatalogueTest, GivenBuiltInThenTheFiveZonesSellEveryZonalCategory) {
  const auto catalogue = BuiltInCatalogue();
  for (const char* zone :
       {"cn-hangzhou-b", "cn-hangzhou-d", "cn-hangzhou-e", "cn-hangzhou-g", "cn-hangzhou-h"})
    for (const char* category : kEveryCategory)
      EXPECT_TRUE(catalogue.Sells(zone, category)) << zone << " " << category;
  EXPECT_FALSE(catalogue.Sells("cn-hangzhou-i", "cloud"));
}

TEST(CatalogueTest, GivenBuiltInThenSizesFollowTheLevel) {
  const auto catalogue = BuiltInCatalogue();
  EXPECT_EQ(catalogue.Sizes("cloud", "")->max, 2000);
  EXPECT_EQ(catalogue.Sizes("cloud_essd", "")->min, 20);
  EXPECT_EQ(catalogue.Sizes("cloud_essd", "PL3")->min, 1261);
}

TEST(CatalogueTest, GivenBuiltInThenEveryReferenceResolvesAndNothingIsTwice) {
  const auto catalogue = BuiltInCatalogue();
  std::set<std::string> zones;
  std::set<std::string> codes;
  for (const auto& region : catalogue.regions) {
    EXPECT_EQ(region.id_code.size(), 3U) << region.id;
    EXPECT_TRUE(codes.insert(region.id_code).second) << region.id_code;
    EXPECT_FALSE(region.local_name.empty() || region.local_name_en.empty());
    for (const auto& zone : region.zones) {
      EXPECT_TRUE(zones.insert(zone.id).second) << zone.id;
      EXPECT_EQ(zone.id.rfind(region.id, 0), 0U);
      for (const auto& offer : zone.offers) {
        const auto* category = catalogue.FindCategory(offer.category);
        ASSERT_NE(category, nullptr) << offer.category;
        EXPECT_TRUE(category->zonal);
      }
      EXPECT_FALSE(zone.instance_types.empty());
      for (const auto& type : zone.instance_types)
        EXPECT_NE(catalogue.FindInstanceType(type), nullptr) << type;
    }
  }
  for (const auto& type : catalogue.instance_types)
    for (const auto& category : type.categories)
      EXPECT_NE(catalogue.FindCategory(category), nullptr) << category;
}

TEST(CatalogueHolderTest, GivenReaderWhenStockChangesThenItKeepsWhatItTook) {
  CatalogueHolder holder(BuiltInCatalogue());
  const auto before = holder.Get();
  EXPECT_TRUE(holder.SetStock("cn-hangzhou-b", "cloud_ssd", false));
  EXPECT_TRUE(before->Sells("cn-hangzhou-b", "cloud_ssd"));
  EXPECT_FALSE(holder.Get()->Sells("cn-hangzhou-b", "cloud_ssd"));
  EXPECT_TRUE(holder.Get()->Sells("cn-hangzhou-b", "cloud_essd"));
  holder.Restore();
  EXPECT_EQ(*holder.Get(), *before);
}

TEST(CatalogueHolderTest, GivenUnknownOfferWhenStockIsSetThenRefuses) {
  CatalogueHolder holder(BuiltInCatalogue());
  EXPECT_FALSE(holder.SetStock("cn-hangzhou-z", "cloud_ssd", false));
  EXPECT_FALSE(holder.SetStock("cn-hangzhou-i", "cloud", false));
}

}  // namespace
}  // namespace cloudapi
