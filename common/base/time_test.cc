#include "common/base/time.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

TEST(FormatTimeTest, GivenTimesWhenFormattedThenUtcAndFractionsCutOff) {
  EXPECT_EQ(FormatTime(system_clock::time_point()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(system_clock::time_point(milliseconds(1'700'000'000'999))),
            "2023-11-14T22:13:20Z");
  EXPECT_EQ(FormatTime(system_clock::time_point(milliseconds(-1))), "1969-12-31T23:59:59Z");
}

TEST(ParseTimeTest, GivenTimeWhenFormattedThenBothFormsParseBack) {
  const system_clock::time_point time(milliseconds(1'623'046'134'567));  // 2021-06-07T06:08:54.567Z
  EXPECT_EQ(FormatTime(time), "2021-06-07T06:08:54Z");
  EXPECT_EQ(FormatMinutes(time), "2021-06-07T06:08Z");
  EXPECT_EQ(ParseTime("2021-06-07T06:08:54Z"), std::chrono::sys_seconds(seconds(1'623'046'134)));
  EXPECT_EQ(ParseTime("2021-06-07T06:08Z"), std::chrono::sys_seconds(seconds(1'623'046'080)));
}

TEST(ParseTimeTest, GivenMalformedTimesWhenParsedThenNothing) {
  for (const std::string_view text :
       {"", "2021-06-07", "2021-06-07T06:08:54", "2021-13-07T06:08:54Z", "2021-02-30T06:08Z",
        "2021-06-07T24:08Z", "2021-06-07T06:60Z", "2021-06-07 06:08:54Z", "2021-06-0aT06:08:54Z",
        "2021-06-07T06:08:54+Z"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

}  // namespace
}  // namespace base
