#include "topology/one_zone.h"

#include <gtest/gtest.h>

namespace topology {
namespace {

Labels In(const std::string& zone) {
  return {{std::string(kZoneKey), zone}};
}

struct OneZoneCase {
  std::string name;
  PlacementRequest wish;
  OneZone chosen;
};

class OneZoneTest : public testing::TestWithParam<OneZoneCase> {};

TEST_P(OneZoneTest, GivenWishWhenChosenThenOneZoneAndItsConflict) {
  const auto chosen = ChooseOneZone(GetParam().wish);
  EXPECT_EQ(chosen.zone, GetParam().chosen.zone);
  EXPECT_EQ(chosen.conflict, GetParam().chosen.conflict);
}

// The cases of ACK's own test, with the default zone as its profile's.
INSTANTIATE_TEST_SUITE_P(
    Cases, OneZoneTest,
    testing::Values(
        OneZoneCase{"NoneIsTheDefault", {.default_zone = "p"}, {"p", ""}},
        OneZoneCase{"NothingAtAll", {}, {"", ""}},
        OneZoneCase{"OnlyParameter", {.zone_ids = {"j"}, .default_zone = "p"}, {"j", ""}},
        OneZoneCase{"OnlyTopologyIsItsFirst", {.requisite = {In("b"), In("k")}}, {"b", ""}},
        OneZoneCase{"PreferredBeforeRequisite",
                    {.requisite = {In("b"), In("k")}, .preferred = {In("k"), In("b")}},
                    {"k", ""}},
        OneZoneCase{"FirstThatBothName",
                    {.requisite = {In("b"), In("k"), In("i")}, .zone_ids = {"a", "i", "k"}},
                    {"k", ""}},
        OneZoneCase{"Conflict",
                    {.requisite = {In("i"), In("a"), In("i")}, .zone_ids = {"j", "h"}},
                    {"j", "parameter zoneId lists j, h, the topology asks for a, i"}},
        OneZoneCase{"ForeignKeysOnly",
                    {.requisite = {{{"example.com/rack", "r-1"}}}, .default_zone = "p"},
                    {"p", "the required topology names no zone"}},
        OneZoneCase{
            "OwnKeyBeforeTheStandardOne",
            {.requisite = {{{std::string(kZoneKey), "b"}, {std::string(kAckZoneKey), "a"}}}},
            {"a", ""}},
        OneZoneCase{"LegacyKeysAreNotRead",
                    {.requisite = {{{std::string(kLegacyZoneKey), "b"}}}, .default_zone = "p"},
                    {"p", "the required topology names no zone"}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace topology
