#include "common/base/time.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

TEST(FormatTimeTest, GivenTimesWhenFormattedThenUtcAndFractionsCutOff) {
  EXPECT_EQ(FormatTime(system_clock::time_point()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(system_clock::time_point(milliseconds(1'700'000'000'999))),
            "2023-11-14T22:13:20Z");
  EXPECT_EQ(FormatTime(system_clock::time_point(milliseconds(-1))), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace base
