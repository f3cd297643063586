#include "tools/bench/world.h"

#include <gtest/gtest.h>

#include <set>

#include "tools/bench/calls.h"

namespace zonedisk::bench {
namespace {

World SmallWorld() {
  World world{.counts = {.disks = 100, .snapshots = 1, .policies = 2, .spares = kSpares},
              .snapshots = {"s-1"},
              .policies = {"sp-0", "sp-1"},
              .last_token = "abc"};
  for (int i = 0; i < 100; ++i) world.disks.push_back("d-" + std::to_string(i));
  for (std::size_t i = 0; i < kInstances; ++i) world.instances.push_back("i-" + std::to_string(i));
  for (std::size_t i = 0; i < 2 * kSpares; ++i) world.spares.push_back("d-s" + std::to_string(i));
  return world;
}

TEST(PlaceholdersTest, GivenANumberWhenFilledInThenWhatBelongsToIt) {
  const World world = SmallWorld();
  Placeholders placeholders(world, 1);
  EXPECT_EQ(placeholders.Fill("Name=data-{number}&ZoneId={zone}&C={category}&T={team}", 101),
            "Name=data-0000101&ZoneId=cn-hangzhou-d&C=cloud_efficiency&T=t1");
  EXPECT_EQ(placeholders.Fill("{its_policy} {its_disks}", 1).substr(0, 25),
            "sp-1 \"d-50\",\"d-51\",\"d-52\"");
  EXPECT_EQ(placeholders.Fill("{source}{source}", 26), "d-1d-1");
  EXPECT_EQ(placeholders.Fill("{spare} {its_instance}", 0), "d-s200 i-0");
  EXPECT_EQ(placeholders.Fill("{spare} {its_instance}", 199), "d-s399 i-19");
  EXPECT_EQ(placeholders.Fill("{last_token} {last_page}", 0), "abc 1");
}

TEST(PlaceholdersTest, GivenSomethingOfManyWhenFilledInThenOneOfThemBySeed) {
  const World world = SmallWorld();
  const auto many = [&world](std::string_view request, std::uint64_t seed) {
    Placeholders placeholders(world, seed);
    std::set<std::string> all;
    for (std::size_t n = 0; n < 1'000; ++n) all.insert(placeholders.Fill(request, n));
    return all;
  };
  EXPECT_EQ(many("{disk}", 1), std::set<std::string>(world.disks.begin(), world.disks.end()));
  EXPECT_EQ(many("{any_source}", 1).size(), 25U);
  EXPECT_EQ(many("{policy}", 1).size(), 2U);
  EXPECT_EQ(many("{any}", 1).size(), 100U);
  EXPECT_EQ(*many("{any}", 1).rbegin(), "0000099");
  EXPECT_EQ(many("{ten}", 1).size(), 10U);
  EXPECT_EQ(*many("{ten}", 1).rbegin(), "000009");
  EXPECT_EQ(many("{nonce}", 1).size(), 1'000U);
  EXPECT_EQ(many("{nonce}", 1), many("{nonce}", 1));
  EXPECT_NE(many("{nonce}", 1), many("{nonce}", 2));
}

TEST(PlaceholdersTest, GivenWhatIsNoneWhenFilledInThenItStays) {
  const World world = SmallWorld();
  Placeholders placeholders(world, 1);
  EXPECT_EQ(placeholders.Fill("a{unknown}b", 0), "a{unknown}b");
  EXPECT_EQ(placeholders.Fill("a{disk", 0), "a{disk");
  EXPECT_EQ(placeholders.Fill("", 0), "");
}

TEST(CallsTest, GivenTheTablesWhenFilledInThenNothingIsLeftOpen) {
  const World world = SmallWorld();
  Placeholders placeholders(world, 1);
  std::set<std::string_view> labels;
  const auto check = [&](std::string_view label, std::string_view request) {
    EXPECT_TRUE(labels.insert(label).second) << label;
    const std::string filled = placeholders.Fill(request, 7);
    EXPECT_EQ(filled.find_first_of("{}"), std::string::npos) << filled;
    if (filled.starts_with('/')) return;
    EXPECT_TRUE(ParametersOf(filled).contains("Action")) << filled;
  };
  for (const Fill& fill : kFills) {
    check(fill.label, fill.request);
    EXPECT_EQ(fill.ids == nullptr, fill.id_member.empty()) << fill.label;
  }
  for (const Call& call : kCalls) check(call.label, call.request);
}

TEST(ParametersTest, GivenAQueryWhenReadThenItsParameters) {
  EXPECT_EQ(
      ParametersOf("Action=DescribeDisks&DiskIds=[\"d-1\"]&Empty=&Bare"),
      (ecs::Parameters{
          {"Action", "DescribeDisks"}, {"DiskIds", "[\"d-1\"]"}, {"Empty", ""}, {"Bare", ""}}));
}

TEST(MemberTest, GivenAnAnswerWhenAMemberIsReadThenItsText) {
  constexpr std::string_view kAnswer = R"({"RequestId":"1","DiskId":"d-1","NextToken":""})";
  EXPECT_EQ(MemberOf(kAnswer, "DiskId"), "d-1");
  EXPECT_EQ(MemberOf(kAnswer, "NextToken"), "");
  EXPECT_EQ(MemberOf(kAnswer, "SnapshotId"), "");
}

}  // namespace
}  // namespace zonedisk::bench
