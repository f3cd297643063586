#include "cloudapi/rules/snapshot_policy.h"

#include <gtest/gtest.h>

#include "cloudapi/rules/limits.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/small_catalogue.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using Texts = std::vector<std::string>;

SnapshotPolicy Daily() {
  return {.id = "sp-1",
          .account = "a",
          .region = "cn-hangzhou",
          .time_points = "1",
          .repeat_weekdays = "1,2,3,4,5,6,7",
          .retention_days = 7};
}

struct FiringCase {
  std::string label;
  std::string time_points;
  std::string weekdays;
  std::string after;  // UTC
  std::string next;
};
class NextFiringTest : public testing::TestWithParam<FiringCase> {};

TEST_P(NextFiringTest, GivenHoursAndDaysWhenAskedThenTheNextInUtcPlusEight) {
  const FiringCase& row = GetParam();
  SnapshotPolicy policy = Daily();
  policy.time_points = row.time_points;
  policy.repeat_weekdays = row.weekdays;
  EXPECT_EQ(base::FormatTime(NextFiring(policy, base::ParseTime(row.after).value())), row.next);
}

// 2024-01-01 is a Monday.
INSTANTIATE_TEST_SUITE_P(
    Rows, NextFiringTest,
    testing::Values(
        FiringCase{"Today", "10", "1,2,3,4,5,6,7", "2024-01-01T00:30:00Z", "2024-01-01T02:00:00Z"},
        FiringCase{"NotAtOnce", "10", "1,2,3,4,5,6,7", "2024-01-01T02:00:00Z",
                   "2024-01-02T02:00:00Z"},
        FiringCase{"JustBefore", "10", "1,2,3,4,5,6,7", "2024-01-01T01:59:59Z",
                   "2024-01-01T02:00:00Z"},
        FiringCase{"NextOfSeveral", "22,3,10", "1,2,3,4,5,6,7", "2024-01-01T02:00:00Z",
                   "2024-01-01T14:00:00Z"},
        FiringCase{"DayOfUtcPlusEight", "1", "2", "2024-01-01T00:00:00Z", "2024-01-01T17:00:00Z"},
        FiringCase{"MidnightBelongsToTheDay", "0", "1", "2024-01-06T00:00:00Z",
                   "2024-01-07T16:00:00Z"},
        FiringCase{"AWeekLater", "10", "1", "2024-01-01T02:00:00Z", "2024-01-08T02:00:00Z"},
        FiringCase{"Sunday", "23", "7", "2024-01-01T00:00:00Z", "2024-01-07T15:00:00Z"},
        FiringCase{"OverTheYear", "0", "3", "2024-12-31T15:59:59Z", "2024-12-31T16:00:00Z"}),
    [](const auto& c) { return c.param.label; });

struct TermsCase {
  std::string label;
  PolicyTerms terms;
  std::string code;
};
class SetPolicyTest : public testing::TestWithParam<TermsCase> {};

TEST_P(SetPolicyTest, GivenTermsWhenSetThenTakenOrRefused) {
  const auto set = SetPolicy(Daily(), GetParam().terms, SmallCatalogue());
  EXPECT_EQ(set ? "" : set.error().code, GetParam().code);
  EXPECT_EQ(set ? 403 : set.error().http_status, 403);
}

const std::string kRefused = "ParameterInvalid";
INSTANTIATE_TEST_SUITE_P(
    Rows, SetPolicyTest,
    testing::Values(
        TermsCase{"Nothing", {}, ""}, TermsCase{"Name", {.name = "nightly"}, ""},
        TermsCase{"ShortName", {.name = "n"}, kRefused},
        TermsCase{"NameOfDigits", {.name = "1st"}, kRefused},
        TermsCase{"EveryEnd", {.time_points = Texts{"23", "0"}}, ""},
        TermsCase{"NoHour", {.time_points = Texts{"24"}}, kRefused},
        TermsCase{"NegativeHour", {.time_points = Texts{"-1"}}, kRefused},
        TermsCase{"TextHour", {.time_points = Texts{"noon"}}, kRefused},
        TermsCase{"HourTwice", {.time_points = Texts{"1", "01"}}, kRefused},
        TermsCase{"NoHours", {.time_points = Texts{}}, kRefused},
        TermsCase{"Weekdays", {.repeat_weekdays = Texts{"7", "1"}}, ""},
        TermsCase{"DayZero", {.repeat_weekdays = Texts{"0"}}, kRefused},
        TermsCase{"DayEight", {.repeat_weekdays = Texts{"8"}}, kRefused},
        TermsCase{"DayTwice", {.repeat_weekdays = Texts{"1", "1"}}, kRefused},
        TermsCase{"NoDays", {.repeat_weekdays = Texts{}}, kRefused},
        TermsCase{"ForEver", {.retention_days = -1}, ""},
        TermsCase{"Longest", {.retention_days = 65536}, ""},
        TermsCase{"TooLong", {.retention_days = 65537}, kRefused},
        TermsCase{"ZeroDays", {.retention_days = 0}, kRefused},
        TermsCase{"MinusTwo", {.retention_days = -2}, kRefused},
        TermsCase{"CopiesForEver", {.copied_retention_days = -1}, ""},
        TermsCase{"CopiesTooLong", {.copied_retention_days = 65536}, kRefused},
        TermsCase{"NoCopies", {.cross_region_copy = false}, ""},
        TermsCase{"CopiesNowhere", {.cross_region_copy = true}, kRefused},
        TermsCase{
            "Copies", {.cross_region_copy = true, .target_copy_regions = Texts{"cn-beijing"}}, ""},
        TermsCase{"Target", {.target_copy_regions = Texts{"cn-beijing"}}, ""},
        TermsCase{"NoTarget", {.target_copy_regions = Texts{}}, ""},
        TermsCase{"SameRegion", {.target_copy_regions = Texts{"cn-hangzhou"}}, kRefused},
        TermsCase{"UnknownRegion", {.target_copy_regions = Texts{"mars"}}, kRefused},
        TermsCase{
            "TwoTargets", {.target_copy_regions = Texts{"cn-beijing", "cn-beijing"}}, kRefused}),
    [](const auto& c) { return c.param.label; });

TEST(SetPolicyTest, GivenNumbersWhenSetThenTheirOrderStays) {
  const auto set =
      SetPolicy(Daily(), {.time_points = Texts{"22", "01"}, .repeat_weekdays = Texts{"7", "2"}},
                SmallCatalogue());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->time_points, "22,1");
  EXPECT_EQ(set->repeat_weekdays, "7,2");
  EXPECT_EQ(set->retention_days, 7);
}

TEST(StartAutoSnapshotTest, GivenDiskWhenFiredThenNamedByDayAndPolicyWithItsRetention) {
  const SysMillis now = base::ParseTime("2024-01-01T17:00:00Z").value();
  const auto snapshot = StartAutoSnapshot(Daily(), DiskIn(DiskStatus::kInUse), {}, now);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->name, "auto2.0_20240102_sp-1");
  EXPECT_EQ(snapshot->type, SnapshotType::kAuto);
  EXPECT_EQ(snapshot->retention_days, 7);
  EXPECT_EQ(snapshot->requested_time, now);
}

TEST(StartAutoSnapshotTest, GivenPolicyForEverWhenFiredThenNeverExpires) {
  SnapshotPolicy policy = Daily();
  policy.retention_days = -1;
  EXPECT_EQ(StartAutoSnapshot(policy, DiskIn(DiskStatus::kInUse), {}, {})->retention_days, 0);
}

TEST(StartAutoSnapshotTest, GivenDiskThatTakesNoPartWhenFiredThenNone) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  EXPECT_TRUE(StartAutoSnapshot(Daily(), disk, {.existing = kMaxSnapshotsPerDisk}, {}))
      << "the limit is that of snapshots by hand";
  EXPECT_FALSE(StartAutoSnapshot(Daily(), disk, {.snapshot_progressing = true}, {}));
  disk.enable_auto_snapshot = false;
  EXPECT_FALSE(StartAutoSnapshot(Daily(), disk, {}, {}));
  EXPECT_FALSE(StartAutoSnapshot(Daily(), DiskIn(DiskStatus::kAvailable), {}, {}))
      << "it was never attached";
}

}  // namespace
}  // namespace cloudapi
