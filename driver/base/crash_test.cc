#include "driver/base/crash.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace driver {
namespace {

TEST(CrashTest, GivenBadNamesWhenArmedThenRefuses) {
  EXPECT_FALSE(ArmCrashPoint("no-such-point"));
  EXPECT_FALSE(ArmCrashPoint("publish.before-answer:0"));
  EXPECT_FALSE(ArmCrashPoint("publish.before-answer:x"));
  EXPECT_FALSE(ArmCrashPoint("publish.before-answer:"));
  EXPECT_FALSE(ArmCrashPoint(""));
  CrashPoint("publish.before-answer");
}

TEST(CrashDeathTest, GivenArmedPointWhenPassedThenDiesAtItsTurn) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        if (!ArmCrashPoint("publish.before-answer:2")) _exit(1);
        CrashPoint("publish.before-answer");
        CrashPoint("publish.after-attach-disk");
        CrashPoint("publish.before-answer");
        _exit(2);
      },
      testing::ExitedWithCode(137), "");
  EXPECT_EXIT(
      {
        if (!ArmCrashPoint("publish.before-answer:2")) _exit(1);
        CrashPoint("publish.before-answer");
        _exit(2);
      },
      testing::ExitedWithCode(2), "");
}

TEST(CrashTest, GivenTableWhenReadThenNamesAreUnique) {
  auto names = kCrashPoints;
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace driver
