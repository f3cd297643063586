#include "topology/requirement.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace topology {
namespace {

const std::string kZone(kZoneKey);

Labels Zone(const std::string& zone) {
  return {{kZone, zone}};
}

Node NodeIn(const std::string& name, const std::string& zone) {
  return {.name = name, .labels = Zone(zone), .topology_keys = {kZone}};
}

std::vector<TopologySelectorTerm> AllowedZones(std::vector<std::string> zones) {
  return {{{kZone, std::move(zones)}}};
}

const std::vector<Node> kNodes = {NodeIn("n3", "e"), NodeIn("n1", "b"), NodeIn("n2", "d"),
                                  NodeIn("n4", "b")};

struct RequirementCase {
  std::string name;
  RequirementWish wish;
  std::vector<Labels> requisite;  // empty: no requirement
  std::vector<Labels> preferred;
};

class RequirementTest : public testing::TestWithParam<RequirementCase> {};

TEST_P(RequirementTest, GivenClaimAndNodesWhenAskedThenRequirementIsSent) {
  const auto answer = RequirementFor(GetParam().wish);
  const auto* refusal = std::get_if<RequirementRefusal>(&answer);
  ASSERT_EQ(refusal, nullptr) << refusal->message;
  const auto& requirement = std::get<std::optional<Requirement>>(answer);
  ASSERT_EQ(requirement.has_value(), !GetParam().requisite.empty());
  if (!requirement) return;
  EXPECT_EQ(requirement->requisite, GetParam().requisite);
  EXPECT_EQ(requirement->preferred, GetParam().preferred);
}

const std::vector<Labels> kBde = {Zone("b"), Zone("d"), Zone("e")};
const std::vector<Labels> kDeb = {Zone("d"), Zone("e"), Zone("b")};
const std::vector<Labels> kEbd = {Zone("e"), Zone("b"), Zone("d")};

// FNV-1 of "web" is 0x46661985, 0 modulo 3: the ordinal alone rotates data-web-N. Of "claim" it is
// 0x4885116b, 2 modulo 3.
INSTANTIATE_TEST_SUITE_P(
    All, RequirementTest,
    testing::Values(
        RequirementCase{
            "ImmediateFirstOrdinal", {.claim_name = "data-web-0", .nodes = kNodes}, kBde, kBde},
        RequirementCase{
            "ImmediateSecondOrdinal", {.claim_name = "data-web-1", .nodes = kNodes}, kBde, kDeb},
        RequirementCase{
            "ImmediateThirdOrdinal", {.claim_name = "data-web-2", .nodes = kNodes}, kBde, kEbd},
        RequirementCase{"ImmediateOtherClaimOfTheSameReplica",
                        {.claim_name = "logs-web-1", .nodes = kNodes},
                        kBde,
                        kDeb},
        RequirementCase{
            "ImmediateWithoutOrdinal", {.claim_name = "claim", .nodes = kNodes}, kBde, kEbd},
        RequirementCase{"ImmediateNameless", {.nodes = kNodes, .nameless_hash = 4}, kBde, kDeb},
        RequirementCase{"ImmediateTopologyOff",
                        {.claim_name = "claim", .nodes = kNodes, .immediate_topology = false},
                        {},
                        {}},
        RequirementCase{"ImmediateAllowedIsNotCheckedAgainstNodes",
                        {.storage_class = {.allowed_topologies = AllowedZones({"x"})},
                         .claim_name = "claim",
                         .nodes = kNodes},
                        {Zone("x")},
                        {Zone("x")}},
        RequirementCase{"ImmediateAllowedIsSortedDeduplicatedRotated",
                        {.storage_class = {.allowed_topologies = {{{kZone, {"e", "b"}}},
                                                                  {{kZone, {"d", "b"}}}}},
                         .claim_name = "claim"},
                        kBde,
                        kEbd},
        RequirementCase{"ImmediateAllowedWinsOverTopologyOff",
                        {.storage_class = {.allowed_topologies = AllowedZones({"d"})},
                         .claim_name = "claim",
                         .immediate_topology = false},
                        {Zone("d")},
                        {Zone("d")}},
        RequirementCase{"DelayedAllTermsFromTheSelectedNode",
                        {.claim_name = "claim", .selected_node = "n2", .nodes = kNodes},
                        kBde,
                        kDeb},
        RequirementCase{"DelayedIgnoresImmediateTopologyOff",
                        {.claim_name = "claim",
                         .selected_node = "n3",
                         .nodes = kNodes,
                         .immediate_topology = false},
                        kBde,
                        kEbd},
        RequirementCase{"DelayedAllowedRotatedToTheSelectedNode",
                        {.storage_class = {.allowed_topologies = AllowedZones({"b", "x", "e"})},
                         .claim_name = "claim",
                         .selected_node = "n3",
                         .nodes = kNodes},
                        {Zone("b"), Zone("e"), Zone("x")},
                        {Zone("e"), Zone("x"), Zone("b")}},
        RequirementCase{"DelayedStrict",
                        {.claim_name = "claim",
                         .selected_node = "n2",
                         .nodes = kNodes,
                         .strict_topology = true},
                        {Zone("d")},
                        {Zone("d")}},
        RequirementCase{"DelayedStrictAllowed",
                        {.storage_class = {.allowed_topologies = AllowedZones({"b", "d"})},
                         .claim_name = "claim",
                         .selected_node = "n2",
                         .nodes = kNodes,
                         .strict_topology = true},
                        {Zone("d")},
                        {Zone("d")}},
        RequirementCase{
            "EmptyAllowedEntries",
            {.storage_class = {.allowed_topologies = {{}}}, .claim_name = "claim", .nodes = kNodes},
            {},
            {}},
        RequirementCase{"NodesWithoutAKeyAreLeftOut",
                        {.claim_name = "data-web-0",
                         .nodes = {NodeIn("n1", "b"), {.name = "n2", .labels = {{"rack", "1"}}}}},
                        {Zone("b")},
                        {Zone("b")}}),
    [](const auto& tested) { return tested.param.name; });

TEST(RequirementTest, GivenTwoKeysWhenAllowedThenValuesAreDistributed) {
  const auto answer = RequirementFor(
      {.storage_class = {.allowed_topologies = {{{"zone", {"b", "d"}}, {"rack", {"1", "2"}}}}},
       .claim_name = "data-web-0"});
  const std::vector<Labels> expected = {{{"rack", "1"}, {"zone", "b"}},
                                        {{"rack", "1"}, {"zone", "d"}},
                                        {{"rack", "2"}, {"zone", "b"}},
                                        {{"rack", "2"}, {"zone", "d"}}};
  EXPECT_EQ(std::get<std::optional<Requirement>>(answer)->requisite, expected);
}

TEST(RequirementTest, GivenTermsOfDifferentLengthWhenSortedThenShorterLeads) {
  const auto answer = RequirementFor(
      {.storage_class = {.allowed_topologies = {{{"a", {"1"}}, {"b", {"1"}}}, {{"z", {"1"}}}}},
       .claim_name = "data-web-0"});
  const std::vector<Labels> expected = {{{"z", "1"}}, {{"a", "1"}, {"b", "1"}}};
  EXPECT_EQ(std::get<std::optional<Requirement>>(answer)->requisite, expected);
}

TEST(RequirementTest, GivenNodesWithDifferentKeysWhenImmediateThenTheDrawDecides) {
  Node racked{.name = "r", .labels = {{kZone, "d"}, {"rack", "1"}}, .topology_keys = {"rack"}};
  RequirementWish wish{.claim_name = "data-web-0", .nodes = {racked, NodeIn("n1", "b")}};
  const auto requisite = [&] {
    return std::get<std::optional<Requirement>>(RequirementFor(wish))->requisite;
  };
  EXPECT_EQ(requisite(), (std::vector<Labels>{Zone("b"), Zone("d")}));
  wish.keys_from = 1;
  EXPECT_EQ(requisite(), (std::vector<Labels>{{{"rack", "1"}}}));
  wish.keys_from = 2;
  EXPECT_EQ(requisite(), (std::vector<Labels>{Zone("b"), Zone("d")}));
}

struct RefusalCase {
  std::string name;
  RequirementWish wish;
  RequirementRefusal expected;
};

class RefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalTest, GivenClaimAndNodesWhenAskedThenRefuses) {
  const auto answer = RequirementFor(GetParam().wish);
  const auto* refusal = std::get_if<RequirementRefusal>(&answer);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(*refusal, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusalTest,
    testing::Values(
        RefusalCase{"SelectedNodeGone",
                    {.claim_name = "c", .selected_node = "n9", .nodes = kNodes},
                    {"node \"n9\" not found", true}},
        RefusalCase{"SelectedNodeWithoutKeys",
                    {.claim_name = "c", .selected_node = "n", .nodes = {{.name = "n"}}},
                    {"no topology key found for node n"}},
        RefusalCase{"SelectedNodeWithoutLabel",
                    {.claim_name = "c",
                     .selected_node = "n",
                     .nodes = {{.name = "n", .topology_keys = {"rack", "zone"}}}},
                    {"topology labels from selected node map[] does not match topology keys from "
                     "CSINode [rack zone]"}},
        RefusalCase{"SelectedNodeNotAllowed",
                    {.storage_class = {.allowed_topologies = AllowedZones({"d", "e"})},
                     .claim_name = "c",
                     .selected_node = "n1",
                     .nodes = kNodes},
                    {"topology [{topology.kubernetes.io/zone b}] from selected node \"n1\" is not "
                     "in requisite: [[{topology.kubernetes.io/zone d}] "
                     "[{topology.kubernetes.io/zone e}]]"}},
        RefusalCase{"StrictSelectedNodeNotAllowed",
                    {.storage_class = {.allowed_topologies = AllowedZones({"d"})},
                     .claim_name = "c",
                     .selected_node = "n1",
                     .nodes = kNodes,
                     .strict_topology = true},
                    {"selected node '\"n1\"' topology '[{topology.kubernetes.io/zone b}]' is not "
                     "in allowed topologies: [[{topology.kubernetes.io/zone d}]]"}},
        RefusalCase{"NoDriverAnywhere",
                    {.claim_name = "c", .nodes = {{.name = "n", .labels = Zone("b")}}},
                    {"no available topology found"}},
        RefusalCase{"LabelsMissingEverywhere",
                    {.claim_name = "c", .nodes = {{.name = "n", .topology_keys = {"rack"}}}},
                    {"topologyKeys [rack] were not found on any nodes"}}),
    [](const auto& tested) { return tested.param.name; });

struct SpreadCase {
  std::string name;
  std::string claim;
  ClaimSpread expected;
};

class SpreadTest : public testing::TestWithParam<SpreadCase> {};

TEST_P(SpreadTest, GivenClaimNameWhenHashedThenFnv1AndOrdinal) {
  EXPECT_EQ(SpreadOf(GetParam().claim), GetParam().expected);
}

// Hashes of "a" and "foobar" are published FNV-1 test vectors.
INSTANTIATE_TEST_SUITE_P(
    All, SpreadTest,
    testing::Values(SpreadCase{"A", "a", {0x050c5d7e, 0}},
                    SpreadCase{"Foobar", "foobar", {0x31f0b262, 0}},
                    SpreadCase{"NameAndOrdinal", "foobar-7", {0x31f0b262, 7}},
                    SpreadCase{"ClaimSetOrdinal", "data-foobar-12", {0x31f0b262, 12}},
                    SpreadCase{"DashesInNames", "my-data-foobar-3", {0x31f0b262, 3}},
                    SpreadCase{"NoOrdinal", "data-web", SpreadOf("data-web")},
                    SpreadCase{"OrdinalTooLarge", "a-4294967296", SpreadOf("a-4294967296")},
                    SpreadCase{"LargestOrdinal", "a-4294967295", {0x050c5d7e, 4294967295U}},
                    SpreadCase{"OnlyOrdinal", "-5", {0x811c9dc5, 5}}),
    [](const auto& tested) { return tested.param.name; });

TEST(SpreadTest, GivenNoOrdinalWhenHashedThenWholeNameCounts) {
  EXPECT_EQ(SpreadOf("data-web").index, 0U);
  EXPECT_NE(SpreadOf("data-web").hash, SpreadOf("web").hash);
  EXPECT_EQ(SpreadOf("a-4294967296").index, 0U);
  EXPECT_NE(SpreadOf("a-4294967296").hash, SpreadOf("a").hash);
}

RC_GTEST_PROP(RequirementProperty, GivenPermutedNodesThenSameRequirement, ()) {
  RequirementWish wish{.claim_name = "data-web-" + std::to_string(*rc::gen::inRange(0, 9))};
  const auto count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    const char zone = static_cast<char>('a' + *rc::gen::inRange(0, 4));
    wish.nodes.push_back(NodeIn("n" + std::to_string(i), std::string(1, zone)));
  }
  if (*rc::gen::arbitrary<bool>()) wish.selected_node = "n0";
  wish.strict_topology = *rc::gen::arbitrary<bool>();
  const auto before = RequirementFor(wish);
  const auto rotation = *rc::gen::inRange(0, count);
  std::ranges::reverse(wish.nodes);
  std::rotate(wish.nodes.begin(), wish.nodes.begin() + rotation, wish.nodes.end());
  RC_ASSERT(RequirementFor(wish) == before);
}

RC_GTEST_PROP(RequirementProperty, ThenPreferredIsRequisiteRotated, ()) {
  std::vector<std::string> zones;
  for (const char zone :
       *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'g')))) {
    zones.emplace_back(1, zone);
  }
  const auto answer = RequirementFor({.storage_class = {.allowed_topologies = AllowedZones(zones)},
                                      .claim_name = *rc::gen::arbitrary<std::string>()});
  const auto& requirement = *std::get<std::optional<Requirement>>(answer);
  RC_ASSERT(std::ranges::is_sorted(requirement.requisite));
  RC_ASSERT(std::ranges::adjacent_find(requirement.requisite) == requirement.requisite.end());
  auto rotated = requirement.requisite;
  const auto lead = std::ranges::find(rotated, requirement.preferred.front());
  RC_ASSERT(lead != rotated.end());
  std::rotate(rotated.begin(), lead, rotated.end());
  RC_ASSERT(rotated == requirement.preferred);
}

}  // namespace
}  // namespace topology
