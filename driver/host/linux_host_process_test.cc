#include "driver/host/linux_host_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/system_env.h"

namespace driver {
namespace {

using std::chrono::seconds;

TEST(RunProgramTest, GivenOutputWhenRunThenBothStreamsAndStatusAreKept) {
  SystemClock clock;
  const auto result =
      RunProgram(clock, {"sh", "-c", "echo out; echo err >&2; exit 3"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 3);
  EXPECT_EQ(result->output, "out\nerr\n");
  EXPECT_EQ(Describe({"x"}, *result), "x: exit status 3: out err");
}

TEST(RunProgramTest, GivenShellCharactersWhenRunThenTheyAreOneWord) {
  SystemClock clock;
  const auto result = RunProgram(clock, {"echo", "$(id); a  b"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "$(id); a  b\n");
}

TEST(RunProgramTest, GivenMuchOutputWhenRunThenItsEndIsKept) {
  SystemClock clock;
  const auto result =
      RunProgram(clock, {"sh", "-c", "yes | head -c 1000000; echo end"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_LE(result->output.size(), 4096U);
  EXPECT_TRUE(result->output.ends_with("end\n"));
}

TEST(RunProgramTest, GivenProgramThatNeverEndsWhenRunThenEndedAtTheLimitWithItsChildren) {
  SystemClock clock;
  const auto result = RunProgram(clock, {"sh", "-c", "sleep 1000 & wait"}, seconds(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, HostFault::kTimedOut);
}

TEST(RunProgramTest, GivenNoSuchProgramWhenRunThenFails) {
  SystemClock clock;
  const auto result = RunProgram(clock, {"no-such-program-here"}, seconds(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, HostFault::kFailed);
}

TEST(RunProgramTest, GivenNamesWhenLookedForThenWhetherTheyCanBeRun) {
  EXPECT_TRUE(HasProgram("sh"));
  EXPECT_FALSE(HasProgram("no-such-program-here"));
}

TEST(RunProgramTest, GivenSignalWhenRunThenStatusTellsIt) {
  SystemClock clock;
  const auto result = RunProgram(clock, {"sh", "-c", "kill -9 $$"}, seconds(10));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 128 + 9);
}

}  // namespace
}  // namespace driver
