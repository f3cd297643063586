#include "cloudapi/agents/disk_series.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using std::chrono::minutes;

constexpr SysMillis kStart{minutes(28'000'000)};

DiskTotals Writes(std::uint64_t writes) {
  return {.writes = writes, .written_bytes = writes * 4096, .write_micros = writes * 10};
}

TEST(DiskSeriesTest, GivenReportsWhenAskedThenTheMinutesInTheRange) {
  DiskSeries series;
  series.Add("a", "d-1", Writes(5), Writes(8), kStart + std::chrono::seconds(59));
  series.Add("a", "d-1", Writes(8), Writes(10), kStart + minutes(1));
  series.Add("a", "d-1", Writes(10), Writes(10), kStart + minutes(2));
  EXPECT_EQ(series.Between("a", "d-1", kStart, kStart + minutes(1)), Writes(3));
  EXPECT_EQ(series.Between("a", "d-1", kStart, kStart + minutes(10)), Writes(5));
  EXPECT_EQ(series.Between("a", "d-1", kStart + minutes(2), kStart + minutes(3)), Writes(0));
  EXPECT_EQ(series.Between("b", "d-1", kStart, kStart + minutes(10)), Writes(0));
  EXPECT_EQ(series.Between("a", "d-2", kStart, kStart + minutes(10)), Writes(0));
}

TEST(DiskSeriesTest, GivenDeviceThatBeganAnewWhenAddedThenNothing) {
  DiskSeries series;
  series.Add("a", "d-1", Writes(9), Writes(3), kStart);
  EXPECT_EQ(series.Between("a", "d-1", kStart, kStart + minutes(1)), Writes(0));
}

TEST(DiskSeriesTest, GivenADayWhenItIsOverThenForgotten) {
  DiskSeries series;
  series.Add("a", "d-1", Writes(0), Writes(1), kStart);
  series.Add("a", "d-2", Writes(0), Writes(1), kStart + kSeriesLifetime);
  EXPECT_EQ(series.Between("a", "d-1", kStart, kStart + minutes(1)), Writes(1));
  series.Add("a", "d-2", Writes(1), Writes(2), kStart + kSeriesLifetime + minutes(1));
  EXPECT_EQ(series.Between("a", "d-1", kStart, kStart + minutes(1)), Writes(0));
  EXPECT_EQ(
      series.Between("a", "d-2", kStart + kSeriesLifetime, kStart + kSeriesLifetime + minutes(2)),
      Writes(2));
}

}  // namespace
}  // namespace cloudapi
