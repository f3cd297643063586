#include <gtest/gtest.h>

#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr SysMillis kCut{std::chrono::hours(1)};

Snapshot Kept(std::int64_t days) {
  return {.id = "s-1",
          .status = SnapshotStatus::kAccomplished,
          .name = "old",
          .retention_days = days,
          .creation_time = kCut};
}

struct AttributesCase {
  std::string label;
  std::int64_t kept = 0;
  SnapshotAttributes attributes;
  std::string code;
};
class ModifySnapshotTest : public testing::TestWithParam<AttributesCase> {};

TEST_P(ModifySnapshotTest, GivenAttributesWhenModifiedTwoDaysLaterThenTakenOrRefused) {
  const auto next =
      ModifySnapshot(Kept(GetParam().kept), GetParam().attributes, kCut + std::chrono::days(2));
  EXPECT_EQ(next ? "" : next.error().code, GetParam().code);
}

const std::string kShorter = "InvalidOperation.DecreaseRetentionDaysUnsupported";
INSTANTIATE_TEST_SUITE_P(
    Rows, ModifySnapshotTest,
    testing::Values(
        AttributesCase{"Name", 0, {.name = "new"}, ""},
        AttributesCase{"AutoName", 0, {.name = "auto1"}, "InvalidSnapshotName.Malformed"},
        AttributesCase{"ShortName", 0, {.name = "n"}, "InvalidSnapshotName.Malformed"},
        AttributesCase{"NoDescription", 0, {.description = ""}, ""},
        AttributesCase{"Url", 0, {.description = "http://x"}, "InvalidDescription.Malformed"},
        AttributesCase{"Longer", 5, {.retention_days = 6}, ""},
        AttributesCase{"Same", 5, {.retention_days = 5}, ""},
        AttributesCase{"Shorter", 5, {.retention_days = 4}, kShorter},
        AttributesCase{"Limited", 0, {.retention_days = 3}, ""},
        AttributesCase{"LimitedInThePast", 0, {.retention_days = 2}, kShorter}),
    [](const auto& c) { return c.param.label; });

TEST(ModifySnapshotTest, GivenUncutSnapshotWhenItsRetentionIsSetThenNotReady) {
  Snapshot young = Kept(0);
  young.creation_time.reset();
  const auto next = ModifySnapshot(young, {.retention_days = 3}, kCut);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, "InvalidSnapshotId.NotReady");
  EXPECT_EQ(next.error().http_status, 400);
}

TEST(ModifySnapshotTest, GivenAttributesWhenModifiedThenOnlyThoseAndTheTime) {
  const auto next = ModifySnapshot(Kept(5), {.description = "text"}, kCut + std::chrono::days(1));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->name, "old");
  EXPECT_EQ(next->description, "text");
  EXPECT_EQ(next->retention_days, 5);
  EXPECT_EQ(next->last_modified_time, kCut + std::chrono::days(1));
}

}  // namespace
}  // namespace cloudapi
