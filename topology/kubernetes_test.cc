#include "topology/kubernetes.h"

#include <gtest/gtest.h>

namespace topology {
namespace {

const std::string kZone(kZoneKey);

struct ExpressionCase {
  std::string name;
  SelectorExpression expression;
  bool expected;
};

class ExpressionTest : public testing::TestWithParam<ExpressionCase> {};

TEST_P(ExpressionTest, GivenLabelsWhenMatchedThenAnswers) {
  EXPECT_EQ(Matches(GetParam().expression, {{"zone", "b"}}), GetParam().expected);
}

using Op = SelectorOperator;

INSTANTIATE_TEST_SUITE_P(
    All, ExpressionTest,
    testing::Values(ExpressionCase{"In", {"zone", Op::kIn, {"a", "b"}}, true},
                    ExpressionCase{"InOther", {"zone", Op::kIn, {"a"}}, false},
                    ExpressionCase{"InMissing", {"rack", Op::kIn, {"a"}}, false},
                    ExpressionCase{"NotIn", {"zone", Op::kNotIn, {"a"}}, true},
                    ExpressionCase{"NotInSame", {"zone", Op::kNotIn, {"b"}}, false},
                    ExpressionCase{"NotInMissing", {"rack", Op::kNotIn, {"b"}}, true},
                    ExpressionCase{"Exists", {"zone", Op::kExists, {}}, true},
                    ExpressionCase{"ExistsMissing", {"rack", Op::kExists, {}}, false},
                    ExpressionCase{"DoesNotExist", {"zone", Op::kDoesNotExist, {}}, false},
                    ExpressionCase{"DoesNotExistMissing", {"rack", Op::kDoesNotExist, {}}, true}),
    [](const auto& tested) { return tested.param.name; });

TEST(NodeSelectorTest, GivenTermsWhenMatchedThenOrOfAnds) {
  const NodeSelectorTerm zone_b = {{"zone", Op::kIn, {"b"}}};
  const NodeSelectorTerm zone_b_rack_1 = {{"zone", Op::kIn, {"b"}}, {"rack", Op::kIn, {"1"}}};
  const Labels labels = {{"zone", "b"}, {"rack", "2"}};
  EXPECT_TRUE(Matches(NodeSelector{{zone_b}}, labels));
  EXPECT_FALSE(Matches(NodeSelector{{zone_b_rack_1}}, labels));
  EXPECT_TRUE(Matches(NodeSelector{{zone_b_rack_1, zone_b}}, labels));
}

TEST(NodeSelectorTest, GivenNoTermsOrAnEmptyTermWhenMatchedThenNothingMatches) {
  EXPECT_FALSE(Matches(NodeSelector{}, {{"zone", "b"}}));
  EXPECT_FALSE(Matches(NodeSelector{{{}}}, {{"zone", "b"}}));
}

TEST(AllowedTopologiesTest, GivenTermsWhenAskedThenOrOfAndsOfValues) {
  const TopologySelectorTerm b_or_d = {{kZone, {"b", "d"}}};
  EXPECT_TRUE(Allows({}, {}));
  EXPECT_TRUE(Allows({b_or_d}, {{kZone, "d"}}));
  EXPECT_FALSE(Allows({b_or_d}, {{kZone, "e"}}));
  EXPECT_FALSE(Allows({b_or_d}, {}));
  EXPECT_FALSE(Allows({{{kZone, {"b"}}, {"rack", {"1"}}}}, {{kZone, "b"}, {"rack", "2"}}));
  EXPECT_TRUE(Allows({{{"rack", {"1"}}}, b_or_d}, {{kZone, "b"}}));
  EXPECT_FALSE(Allows({{}}, {{kZone, "b"}}));
}

TEST(AffinityTest, GivenAccessibleTopologyWhenConvertedThenOneTermEach) {
  const auto selector = AffinityOf({{{kZone, "b"}, {"rack", "1"}}, {{kZone, "d"}}});
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->terms.size(), 2U);
  EXPECT_TRUE(Matches(*selector, {{kZone, "b"}, {"rack", "1"}}));
  EXPECT_FALSE(Matches(*selector, {{kZone, "b"}}));
  EXPECT_TRUE(Matches(*selector, {{kZone, "d"}}));
}

TEST(AffinityTest, GivenNoAccessibleTopologyWhenConvertedThenNoAffinity) {
  EXPECT_FALSE(AffinityOf({}));
}

TEST(AffinityTest, GivenLegacyKeysWhenStandardisedThenMatchesNewNodes) {
  const auto legacy = AffinityOf({{{std::string(kLegacyZoneKey), "b"}}});
  ASSERT_TRUE(legacy);
  EXPECT_FALSE(Matches(*legacy, {{kZone, "b"}}));
  EXPECT_TRUE(Matches(WithStandardKeys(*legacy), {{kZone, "b"}}));
}

}  // namespace
}  // namespace topology
