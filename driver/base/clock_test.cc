#include "driver/base/clock.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(AnswerBeforeTest, GivenRemainingTimeWhenCutThenByTenPercentOrOneSecond) {
  const Instant now{seconds(100)};
  EXPECT_EQ(AnswerBefore(now, seconds(30)), now + seconds(29));
  EXPECT_EQ(AnswerBefore(now, seconds(10)), now + seconds(9));
  EXPECT_EQ(AnswerBefore(now, seconds(1)), now + milliseconds(900));
  EXPECT_EQ(AnswerBefore(now, seconds(0)), now);
}

TEST(BackoffTest, GivenLimitWhenAskedThenDoublesUpToIt) {
  Backoff backoff(milliseconds(50), milliseconds(300));
  EXPECT_EQ(backoff.Next(), milliseconds(50));
  EXPECT_EQ(backoff.Next(), milliseconds(100));
  EXPECT_EQ(backoff.Next(), milliseconds(200));
  EXPECT_EQ(backoff.Next(), milliseconds(300));
  EXPECT_EQ(backoff.Next(), milliseconds(300));
}

}  // namespace
}  // namespace driver
