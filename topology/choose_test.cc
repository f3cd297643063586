#include "topology/choose.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "topology/testing/sample.h"

namespace topology {
namespace {

const std::string kB = "cn-hangzhou-b";
const std::string kD = "cn-hangzhou-d";
const std::string kK = "cn-hangzhou-k";
const std::string kSoldOutZone = "cn-hangzhou-z";

Labels InZone(const std::string& zone) {
  return {{std::string(kZoneKey), zone}};
}
Labels InRegion(const std::string& region) {
  return {{std::string(kRegionKey), region}};
}

std::vector<CategoryRequest> Essd(std::int64_t gib) {
  return {{.category = "cloud_essd", .size_gib = gib}};
}

struct ChoiceCase {
  std::string name;
  PlacementRequest wish;
  Outcome outcome;
  std::vector<std::string> zones;
  std::vector<SkipReason> skipped = {};
};

class ChoiceTest : public testing::TestWithParam<ChoiceCase> {};

TEST_P(ChoiceTest, GivenWishWhenChosenThenOutcomeZonesAndReasons) {
  const PlaceChoice choice = ChoosePlace(GetParam().wish, SampleCatalogue());
  std::vector<std::string> zones;
  for (const Candidate& candidate : choice.candidates) zones.push_back(candidate.zone);
  std::vector<SkipReason> skipped;
  for (const Skip& skip : choice.skipped) skipped.push_back(skip.reason);
  EXPECT_EQ(choice.outcome, GetParam().outcome);
  EXPECT_EQ(zones, GetParam().zones);
  EXPECT_EQ(skipped, GetParam().skipped) << ToText(choice.skipped);
}

using Skipped = SkipReason;

INSTANTIATE_TEST_SUITE_P(
    Zones, ChoiceTest,
    testing::Values(
        ChoiceCase{"DefaultZone",
                   {.categories = Essd(20), .default_zone = kB},
                   Outcome::kCandidates,
                   {kB}},
        ChoiceCase{"DefaultZoneThenOthersWithNodesSorted",
                   {.categories = {{.category = "cloud_ssd", .size_gib = 40}},
                    .default_zone = kB,
                    .node_zones = {kK, kB, kD, kK}},
                   Outcome::kCandidates,
                   {kB, kD, kK}},
        ChoiceCase{"ZonesWithNodesBeforeADefaultWithout",
                   {.categories = Essd(20), .default_zone = kB, .node_zones = {kD}},
                   Outcome::kCandidates,
                   {kD, kB}},
        ChoiceCase{"ZoneIdWithNodesFirst",
                   {.zone_ids = {kK, kD, kB},
                    .categories = {{.category = "cloud_ssd", .size_gib = 40}},
                    .node_zones = {kB, kD}},
                   Outcome::kCandidates,
                   {kD, kB, kK}},
        ChoiceCase{"NodesSayNothingAgainstTopology",
                   {.requisite = {InZone(kB)}, .categories = Essd(20), .node_zones = {kD}},
                   Outcome::kCandidates,
                   {kB}},
        ChoiceCase{"NodeTakesNone",
                   {.requisite = {InZone(kB)},
                    .categories = Essd(20),
                    .node = "n-1",
                    .node_categories = {"cloud_ssd"}},
                   Outcome::kNotOnNode,
                   {},
                   {Skipped::kNotOnNode}},
        ChoiceCase{"NothingGiven", {.categories = Essd(20)}, Outcome::kNoPlace, {}},
        ChoiceCase{"ZoneIdInListedOrder",
                   {.zone_ids = {kD, kB}, .categories = Essd(20), .default_zone = kK},
                   Outcome::kCandidates,
                   {kD, kB}},
        ChoiceCase{"PreferredLeadsRequisite",
                   {.requisite = {InZone(kB), InZone(kD)},
                    .preferred = {InZone(kD)},
                    .categories = Essd(20),
                    .default_zone = kB},
                   Outcome::kCandidates,
                   {kD, kB}},
        ChoiceCase{"PreferredOutsideRequisite",
                   {.requisite = {InZone(kB)},
                    .preferred = {InZone(kD), InZone(kB)},
                    .categories = Essd(20)},
                   Outcome::kCandidates,
                   {kB},
                   {Skipped::kNotInRequisite}},
        ChoiceCase{"PreferredAloneThenDefault",
                   {.preferred = {InZone(kD)}, .categories = Essd(20), .default_zone = kB},
                   Outcome::kCandidates,
                   {kD, kB}},
        ChoiceCase{
            "ZoneIdFiltersRequisite",
            {.requisite = {InZone(kB), InZone(kD)}, .zone_ids = {kD}, .categories = Essd(20)},
            Outcome::kCandidates,
            {kD},
            {Skipped::kNotInZoneId}},
        ChoiceCase{"ZoneIdExcludesRequisite",
                   {.requisite = {InZone(kB)}, .zone_ids = {kD}, .categories = Essd(20)},
                   Outcome::kZoneIdExcluded,
                   {},
                   {Skipped::kNotInZoneId}},
        ChoiceCase{"UnknownZone",
                   {.requisite = {InZone("cn-hangzhou-x")}, .categories = Essd(20)},
                   Outcome::kNothingSold,
                   {},
                   {Skipped::kUnknownZone}},
        ChoiceCase{"NotSoldInRequisite",
                   {.requisite = {InZone(kK)}, .categories = Essd(20)},
                   Outcome::kNothingSold,
                   {},
                   {Skipped::kCategoryNotSold}},
        ChoiceCase{"SoldOutThenNextZone",
                   {.requisite = {InZone(kSoldOutZone), InZone(kB)}, .categories = Essd(20)},
                   Outcome::kCandidates,
                   {kB},
                   {Skipped::kSoldOut}},
        ChoiceCase{"RegionMeansItsZonesSorted",
                   {.requisite = {InRegion("cn-hangzhou")}, .categories = Essd(20)},
                   Outcome::kCandidates,
                   {kB, kD},
                   {Skipped::kCategoryNotSold, Skipped::kSoldOut}},
        ChoiceCase{
            "UnknownRegion",
            {.requisite = {InRegion("cn-nowhere")}, .categories = Essd(20), .default_zone = kB},
            Outcome::kNoPlace,
            {},
            {Skipped::kNoZoneInTerm}},
        ChoiceCase{
            "ZoneOfAnotherRegion",
            {.requisite = {{{std::string(kRegionKey), "cn-beijing"}, {std::string(kZoneKey), kB}}},
             .categories = Essd(20)},
            Outcome::kNoPlace,
            {},
            {Skipped::kContradictoryTerm}},
        ChoiceCase{"TwoZonesInOneTerm",
                   {.requisite = {{{std::string(kAckZoneKey), kD}, {std::string(kZoneKey), kB}}},
                    .categories = Essd(20)},
                   Outcome::kNoPlace,
                   {},
                   {Skipped::kContradictoryTerm}},
        ChoiceCase{
            "LegacyAndAckKeys",
            {.requisite = {{{std::string(kLegacyZoneKey), kD}}, {{std::string(kAckZoneKey), kB}}},
             .categories = Essd(20)},
            Outcome::kCandidates,
            {kD, kB}},
        ChoiceCase{"RackWithoutNodes",
                   {.requisite = {{{"rack", "1"}}}, .categories = Essd(20), .default_zone = kB},
                   Outcome::kNoPlace,
                   {},
                   {Skipped::kNoZoneInTerm}},
        ChoiceCase{"RackOfKnownNodes",
                   {.requisite = {{{"rack", "1"}}},
                    .categories = Essd(20),
                    .nodes = {{{std::string(kZoneKey), kD}, {"rack", "1"}},
                              {{std::string(kLegacyZoneKey), kB}, {"rack", "1"}},
                              {{std::string(kZoneKey), kK}, {"rack", "2"}},
                              {{"rack", "1"}}}},
                   Outcome::kCandidates,
                   {kB, kD}},
        ChoiceCase{"HostnameOfKnownNode",
                   {.requisite = {{{std::string(kHostnameKey), "n2"}}},
                    .categories = Essd(20),
                    .nodes = {{{std::string(kZoneKey), kB}, {std::string(kHostnameKey), "n1"}},
                              {{std::string(kZoneKey), kD}, {std::string(kHostnameKey), "n2"}}}},
                   Outcome::kCandidates,
                   {kD}},
        ChoiceCase{"RackAndRegionOfKnownNodes",
                   {.requisite = {{{"rack", "1"}, {std::string(kRegionKey), "cn-hangzhou"}}},
                    .categories = Essd(20),
                    .nodes = {{{std::string(kZoneKey), kD},
                               {std::string(kRegionKey), "cn-hangzhou"},
                               {"rack", "1"}}}},
                   Outcome::kCandidates,
                   {kD}},
        ChoiceCase{"RackAndRegionOfNoNode",
                   {.requisite = {{{"rack", "9"}, {std::string(kRegionKey), "cn-hangzhou"}}},
                    .categories = Essd(20),
                    .nodes = {{{std::string(kZoneKey), kD},
                               {std::string(kRegionKey), "cn-hangzhou"},
                               {"rack", "1"}}}},
                   Outcome::kNoPlace,
                   {},
                   {Skipped::kNoZoneInTerm}},
        ChoiceCase{"HostnameAndRegionOfUnknownNode",
                   {.requisite = {{{std::string(kHostnameKey), "n9"},
                                   {std::string(kRegionKey), "cn-beijing"}}},
                    .categories = Essd(20)},
                   Outcome::kCandidates,
                   {"cn-beijing-a"}}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Categories, ChoiceTest,
    testing::Values(
        ChoiceCase{"NoCategories", {.default_zone = kB}, Outcome::kNothingSold, {}},
        ChoiceCase{"UnknownCategory",
                   {.categories = {{.category = "cloud", .size_gib = 20}}, .default_zone = kB},
                   Outcome::kNothingSold,
                   {},
                   {Skipped::kUnknownCategory}},
        ChoiceCase{"UnknownLevel",
                   {.categories = {{.category = "cloud_essd", .levels = {"PL9"}, .size_gib = 20}},
                    .default_zone = kB},
                   Outcome::kNothingSold,
                   {},
                   {Skipped::kUnknownLevel}},
        ChoiceCase{"TooLarge",
                   {.categories = Essd(65537), .default_zone = kB},
                   Outcome::kSizeOutOfRange,
                   {},
                   {Skipped::kSizeTooLarge}},
        ChoiceCase{"TooSmall",
                   {.categories = {{.category = "cloud_essd", .levels = {"PL2"}, .size_gib = 1},
                                   {.category = "cloud_ssd", .size_gib = 1}},
                    .default_zone = kB},
                   Outcome::kSizeTooSmall,
                   {},
                   {Skipped::kSizeTooSmall, Skipped::kSizeTooSmall}},
        ChoiceCase{"LeastBeyondTheLimit",
                   {.categories = {{.category = "cloud_ssd", .limit_gib = 10}}, .default_zone = kB},
                   Outcome::kSizeOutOfRange,
                   {},
                   {Skipped::kSizeBeyondLimit}},
        ChoiceCase{"LimitBelowSize",
                   {.categories = {{.category = "cloud_ssd", .size_gib = 50, .limit_gib = 40}},
                    .default_zone = kB},
                   Outcome::kSizeOutOfRange,
                   {},
                   {Skipped::kSizeBeyondLimit}}),
    [](const auto& tested) { return tested.param.name; });

struct AttemptsCase {
  std::string name;
  std::vector<CategoryRequest> categories;
  std::string zone;
  std::vector<Attempt> expected;
};

class AttemptsTest : public testing::TestWithParam<AttemptsCase> {};

TEST_P(AttemptsTest, GivenCategoriesWhenChosenThenAttemptsInOrder) {
  const PlaceChoice choice = ChoosePlace(
      {.categories = GetParam().categories, .default_zone = GetParam().zone}, SampleCatalogue());
  ASSERT_EQ(choice.candidates.size(), 1U) << ToText(choice.skipped);
  EXPECT_EQ(choice.candidates[0].attempts, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, AttemptsTest,
    testing::Values(
        AttemptsCase{"DefaultLevelIsNotNamed", Essd(30), kB, {{"cloud_essd", "", 30}}},
        AttemptsCase{"NoSizeAsked",
                     {{.category = "cloud_ssd"}, {.category = "cloud_auto"}},
                     kB,
                     {{"cloud_ssd", "", 20}, {"cloud_auto", "", 1}}},
        AttemptsCase{
            "TooSmallIsPassedOver",
            {{.category = "cloud_ssd", .size_gib = 5}, {.category = "cloud_auto", .size_gib = 5}},
            kB,
            {{"cloud_auto", "", 5}}},
        AttemptsCase{
            "LevelsInOrder",
            {{.category = "cloud_essd", .levels = {"PL2", "PL1", "PL0"}, .size_gib = 500}},
            kB,
            {{"cloud_essd", "PL2", 500}, {"cloud_essd", "PL1", 500}, {"cloud_essd", "PL0", 500}}},
        AttemptsCase{"LevelTooLargeForSizeIsPassedOver",
                     {{.category = "cloud_essd", .levels = {"PL2", "PL1"}, .size_gib = 100}},
                     kB,
                     {{"cloud_essd", "PL1", 100}}},
        AttemptsCase{"OtherCategoriesIgnoreLevels",
                     {{.category = "cloud_ssd", .levels = {"PL1", "PL2"}, .size_gib = 40}},
                     kB,
                     {{"cloud_ssd", "", 40}}},
        AttemptsCase{
            "RepeatedCategoryOnce",
            {{.category = "cloud_ssd", .size_gib = 40}, {.category = "cloud_ssd", .size_gib = 40}},
            kB,
            {{"cloud_ssd", "", 40}}},
        AttemptsCase{
            "OnlyWhatTheZoneSells",
            {{.category = "cloud_essd", .size_gib = 40}, {.category = "cloud_ssd", .size_gib = 40}},
            kK,
            {{"cloud_ssd", "", 40}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChooseInTest, GivenAZoneThatSellsNothingWhenChosenThenEveryAttemptAllTheSame) {
  const auto choice = ChooseIn("nowhere",
                               {.categories = {{.category = "cloud_essd", .size_gib = 20},
                                               {.category = "cloud_ssd", .size_gib = 20}}},
                               SampleCatalogue());
  ASSERT_EQ(choice.outcome, Outcome::kCandidates);
  ASSERT_EQ(choice.candidates.size(), 1U);
  EXPECT_EQ(choice.candidates[0].zone, "nowhere");
  EXPECT_EQ(choice.candidates[0].attempts,
            (std::vector<Attempt>{{"cloud_essd", "", 20}, {"cloud_ssd", "", 20}}));
  const auto small = ChooseIn("nowhere", {.categories = {{.category = "cloud_ssd", .size_gib = 5}}},
                              SampleCatalogue());
  EXPECT_EQ(small.outcome, Outcome::kSizeTooSmall);
  EXPECT_TRUE(small.candidates.empty());
}

TEST(SkipTest, GivenSkipsWhenPrintedThenNameZoneAndCategory) {
  const PlaceChoice choice = ChoosePlace(
      {.requisite = {InZone(kK), InZone(kSoldOutZone)}, .categories = Essd(20)}, SampleCatalogue());
  EXPECT_EQ(ToText(choice.skipped),
            "zone cn-hangzhou-k does not offer cloud_essd; "
            "cloud_essd is sold out in zone cn-hangzhou-z");
}

struct SkipTextCase {
  std::string name;
  Skip skip;
  std::string expected;
};

class SkipTextTest : public testing::TestWithParam<SkipTextCase> {};

TEST_P(SkipTextTest, GivenReasonWhenPrintedThenSays) {
  EXPECT_EQ(ToText(GetParam().skip), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, SkipTextTest,
    testing::Values(
        SkipTextCase{"NotInRequisite",
                     {.reason = Skipped::kNotInRequisite, .zone = "z"},
                     "zone z is preferred but not in requisite"},
        SkipTextCase{"NotInZoneId",
                     {.reason = Skipped::kNotInZoneId, .zone = "z"},
                     "zone z is not in zoneId"},
        SkipTextCase{
            "UnknownZone", {.reason = Skipped::kUnknownZone, .zone = "z"}, "zone z is unknown"},
        SkipTextCase{"Contradictory",
                     {.reason = Skipped::kContradictoryTerm, .term = "a=1"},
                     "topology a=1 contradicts itself"},
        SkipTextCase{"NoZone",
                     {.reason = Skipped::kNoZoneInTerm, .term = "a=1"},
                     "topology a=1 names no known zone"},
        SkipTextCase{"NotOnNode",
                     {.reason = Skipped::kNotOnNode, .category = "cloud_ssd", .term = "n-1"},
                     "node n-1 does not take cloud_ssd"},
        SkipTextCase{"UnknownCategory",
                     {.reason = Skipped::kUnknownCategory, .category = "c"},
                     "category c is unknown"},
        SkipTextCase{"UnknownLevel",
                     {.reason = Skipped::kUnknownLevel, .category = "c", .level = "PL9"},
                     "category c has no performance level PL9"},
        SkipTextCase{
            "TooSmall",
            {.reason = Skipped::kSizeTooSmall, .category = "c", .level = "PL2", .bound_gib = 461},
            "c PL2 begins at 461 GiB"},
        SkipTextCase{"TooLarge",
                     {.reason = Skipped::kSizeTooLarge, .category = "c", .bound_gib = 100},
                     "c ends at 100 GiB"},
        SkipTextCase{"BeyondLimit",
                     {.reason = Skipped::kSizeBeyondLimit, .category = "c", .bound_gib = 10},
                     "c needs more than the limit of 10 GiB"}),
    [](const auto& tested) { return tested.param.name; });

// Terms over a handful of zones, regions and racks, so that they meet each other often.
rc::Gen<Labels> AnyTerm() {
  const std::vector<Labels> terms = {InZone(kB),
                                     InZone(kD),
                                     InZone(kK),
                                     InZone(kSoldOutZone),
                                     InZone("cn-beijing-a"),
                                     InZone("cn-hangzhou-x"),
                                     InRegion("cn-hangzhou"),
                                     InRegion("cn-beijing"),
                                     {{"rack", "1"}},
                                     {{"rack", "2"}},
                                     {{std::string(kAckZoneKey), kD}},
                                     {{std::string(kLegacyZoneKey), kB}}};
  return rc::gen::elementOf(terms);
}

PlacementRequest AnyWish() {
  const auto zones = rc::gen::elementOf(
      std::vector<std::string>{kB, kD, kK, kSoldOutZone, "cn-beijing-a", "cn-hangzhou-x"});
  const auto category =
      rc::gen::elementOf(std::vector<std::string>{"cloud_essd", "cloud_ssd", "cloud_auto", "none"});
  PlacementRequest wish;
  wish.requisite = *rc::gen::container<std::vector<Labels>>(AnyTerm());
  wish.preferred = *rc::gen::container<std::vector<Labels>>(AnyTerm());
  wish.zone_ids = *rc::gen::container<std::vector<std::string>>(zones);
  for (const auto& name : *rc::gen::container<std::vector<std::string>>(category)) {
    wish.categories.push_back({.category = name, .size_gib = *rc::gen::inRange(0, 100)});
  }
  wish.default_zone = *zones;
  for (const auto& zone : *rc::gen::container<std::vector<std::string>>(zones)) {
    wish.nodes.push_back(
        {{std::string(kZoneKey), zone}, {"rack", std::to_string(*rc::gen::inRange(1, 4))}});
  }
  return wish;
}

// Written apart from the product: every zone that a requisite term can mean.
bool LiesInRequisite(const std::string& zone, const PlacementRequest& wish) {
  const std::string region = zone.substr(0, zone.rfind('-'));
  return std::ranges::any_of(wish.requisite, [&](const Labels& term) {
    const std::string& key = term.begin()->first;
    const std::string& value = term.begin()->second;
    if (key == kRegionKey) return value == region;
    if (key != "rack") return value == zone;
    return std::ranges::any_of(wish.nodes, [&](const Labels& node) {
      return node.at("rack") == value && node.at(std::string(kZoneKey)) == zone;
    });
  });
}

RC_GTEST_PROP(ChoosePlaceProperty, GivenRequisiteThenEveryCandidateLiesInIt, ()) {
  const PlacementRequest wish = AnyWish();
  const PlaceChoice choice = ChoosePlace(wish, SampleCatalogue());
  for (const Candidate& candidate : choice.candidates) {
    RC_ASSERT(wish.requisite.empty() || LiesInRequisite(candidate.zone, wish));
    RC_ASSERT(wish.zone_ids.empty() ||
              std::ranges::find(wish.zone_ids, candidate.zone) != wish.zone_ids.end());
  }
  RC_CLASSIFY(choice.outcome == Outcome::kCandidates, "has candidates");
}

RC_GTEST_PROP(ChoosePlaceProperty, ThenCandidatesHaveNoDuplicatesAndAreSold, ()) {
  const Catalogue catalogue = SampleCatalogue();
  const PlaceChoice choice = ChoosePlace(AnyWish(), catalogue);
  std::set<std::string> zones;
  for (const Candidate& candidate : choice.candidates) {
    RC_ASSERT(zones.insert(candidate.zone).second);
    RC_ASSERT(!candidate.attempts.empty());
    for (const Attempt& attempt : candidate.attempts) {
      RC_ASSERT(catalogue.Sells(candidate.zone, attempt.category));
      RC_ASSERT(catalogue.Sizes(attempt.category, attempt.level)->Contains(attempt.size_gib));
    }
  }
  RC_ASSERT((choice.outcome == Outcome::kCandidates) == !choice.candidates.empty());
}

RC_GTEST_PROP(ChoosePlaceProperty, GivenPermutedNodesThenSameChoice, ()) {
  PlacementRequest wish = AnyWish();
  const PlaceChoice before = ChoosePlace(wish, SampleCatalogue());
  const auto rotation = *rc::gen::inRange<std::size_t>(0, wish.nodes.size() + 1);
  std::ranges::reverse(wish.nodes);
  std::rotate(wish.nodes.begin(), wish.nodes.begin() + static_cast<std::ptrdiff_t>(rotation),
              wish.nodes.end());
  RC_ASSERT(ChoosePlace(wish, SampleCatalogue()) == before);
}

}  // namespace
}  // namespace topology
