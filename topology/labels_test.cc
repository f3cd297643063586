#include "topology/labels.h"

#include <gtest/gtest.h>

namespace topology {
namespace {

const std::string kZone(kZoneKey);
const std::string kRegion(kRegionKey);
const std::string kLegacyZone(kLegacyZoneKey);
const std::string kLegacyRegion(kLegacyRegionKey);
const std::string kAckZone(kAckZoneKey);
const std::string kAckRegion(kAckRegionKey);

struct TranslationCase {
  std::string name;
  Labels given;
  Labels expected;
  std::vector<LabelConflict> conflicts;
};

class TranslationTest : public testing::TestWithParam<TranslationCase> {};

TEST_P(TranslationTest, GivenLabelsWhenTranslatedThenStandardKeysRemain) {
  const StandardLabels standard = ToStandard(GetParam().given);
  EXPECT_EQ(standard.labels, GetParam().expected);
  EXPECT_EQ(standard.conflicts, GetParam().conflicts);
}

INSTANTIATE_TEST_SUITE_P(
    All, TranslationTest,
    testing::Values(
        TranslationCase{"Nothing", {}, {}, {}},
        TranslationCase{"StandardStays",
                        {{kZone, "b"}, {kRegion, "r"}, {"rack", "1"}},
                        {{kZone, "b"}, {kRegion, "r"}, {"rack", "1"}},
                        {}},
        TranslationCase{"LegacyMoves",
                        {{kLegacyZone, "b"}, {kLegacyRegion, "r"}},
                        {{kZone, "b"}, {kRegion, "r"}},
                        {}},
        TranslationCase{
            "AckMoves", {{kAckZone, "b"}, {kAckRegion, "r"}}, {{kZone, "b"}, {kRegion, "r"}}, {}},
        TranslationCase{"AgreementIsNoConflict",
                        {{kZone, "b"}, {kAckZone, "b"}, {kLegacyZone, "b"}},
                        {{kZone, "b"}},
                        {}},
        TranslationCase{
            "StandardWins",
            {{kZone, "b"}, {kAckZone, "d"}, {kLegacyZone, "e"}},
            {{kZone, "b"}},
            {{kZone, kZone, "b", kAckZone, "d"}, {kZone, kZone, "b", kLegacyZone, "e"}}},
        TranslationCase{"AckBeforeLegacy",
                        {{kAckZone, "d"}, {kLegacyZone, "e"}},
                        {{kZone, "d"}},
                        {{kZone, kAckZone, "d", kLegacyZone, "e"}}},
        TranslationCase{"RegionConflict",
                        {{kRegion, "r"}, {kLegacyRegion, "s"}},
                        {{kRegion, "r"}},
                        {{kRegion, kRegion, "r", kLegacyRegion, "s"}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(LabelsTest, GivenEmptyZoneWhenAskedThenNextKeySpeaks) {
  EXPECT_EQ(ZoneOf({{kZone, ""}, {kLegacyZone, "b"}}), "b");
  EXPECT_EQ(ZoneOf({{"rack", "1"}}), std::nullopt);
  EXPECT_EQ(InstanceTypeOf({{"beta.kubernetes.io/instance-type", "b"}}), "b");
  EXPECT_EQ(InstanceTypeOf({{"beta.kubernetes.io/instance-type", "b"},
                            {"node.kubernetes.io/instance-type", "a"}}),
            "a");
  EXPECT_EQ(InstanceTypeOf({{"rack", "1"}}), std::nullopt);
  EXPECT_EQ(RegionOf({{kAckRegion, "r"}}), "r");
  EXPECT_EQ(RegionOf({}), std::nullopt);
}

TEST(LabelsTest, GivenLegacySegmentWhenNodeHasStandardLabelThenMeets) {
  EXPECT_TRUE(MeetsSegments({{kZone, "b"}}, {{kLegacyZone, "b"}}));
  EXPECT_TRUE(MeetsSegments({{kLegacyZone, "b"}}, {{kZone, "b"}}));
  EXPECT_TRUE(MeetsSegments({{kZone, "b"}}, {{kAckZone, "b"}}));
  EXPECT_FALSE(MeetsSegments({{kZone, "b"}}, {{kLegacyZone, "d"}}));
  EXPECT_FALSE(MeetsSegments({{kZone, "b"}}, {{kZone, "b"}, {"rack", "1"}}));
  EXPECT_TRUE(MeetsSegments({{kZone, "b"}}, {}));
}

TEST(LabelsTest, GivenLabelsWhenPrintedThenSortedByKey) {
  EXPECT_EQ(ToText({{"b", "2"}, {"a", "1"}}), "a=1,b=2");
}

}  // namespace
}  // namespace topology
