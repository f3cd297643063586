#include "common/base/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <array>
#include <vector>

#include "common/base/crash_points.h"

namespace base {
namespace {

constexpr std::array<std::string_view, 1> kTable = {"write.before-commit"};

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    SetUpCommandLine(app_, "1.2.3");
    app_.add_option("--zone", zone_, "Zone");
    app_.add_option("--key", keys_, "Keys")->delimiter(',');
    app_.add_flag("--once", once_, "Once");
    AddLogFlags(app_, log_);
    AddCrashFlags(app_, crash_);
  }
  std::optional<int> Parse(std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return ParseCommandLine(app_, static_cast<int>(words.size()), words.data());
  }

  CLI::App app_{"A program"};
  std::string zone_ = "a";
  std::vector<std::string> keys_;
  bool once_ = false;
  LogOptions log_{.name = "program", .level = "warn"};
  CrashFlags crash_;
};

TEST_F(CommandLineTest, GivenRepeatedFlagsWhenParsedThenTheLastOneWinsAndListsCollect) {
  ASSERT_EQ(Parse({"--zone", "b", "--once", "--key=x,y", "--zone=c", "--once", "--log-level",
                   "info", "--key", "z", "--log-level", "debug"}),
            std::nullopt);
  EXPECT_EQ(zone_, "c");
  EXPECT_TRUE(once_);
  EXPECT_EQ(keys_, (std::vector<std::string>{"x", "y", "z"}));
  EXPECT_EQ(log_.level, "debug");
  EXPECT_EQ(log_.format, "text");
}

TEST_F(CommandLineTest, GivenHelpOrVersionWhenParsedThenPrintedWithTheDefaults) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(Parse({"--help"}), 0);
  EXPECT_EQ(Parse({"--version"}), 0);
  const auto text = testing::internal::GetCapturedStdout();
  EXPECT_THAT(text, testing::HasSubstr("--log-level TEXT"));
  EXPECT_THAT(text, testing::HasSubstr("warn"));
  EXPECT_THAT(text, testing::EndsWith("1.2.3\n"));
}

TEST_F(CommandLineTest, GivenABadCommandLineWhenParsedThenStatusTwo) {
  EXPECT_EQ(Parse({"--nonsense"}), 2);
  EXPECT_EQ(Parse({"--log-format", "xml"}), 2);
  testing::internal::CaptureStderr();
  EXPECT_EQ(UsageError("program", "--zone is missing"), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "program: --zone is missing\n");
}

TEST_F(CommandLineTest, GivenCrashFlagsWhenArmedThenOnlyNamesOfTheTable) {
  EXPECT_EQ(ArmCrashFlag({}, kTable), "");
  EXPECT_EQ(ArmCrashFlag({.at = "nowhere"}, kTable),
            "--crash-at: there is no crash point nowhere; see --list-crash-points");
  EXPECT_EQ(ArmCrashFlag({.at = "write.before-commit:2@CreateDisk"}, kTable), "");
  EXPECT_TRUE(IsCrashPointArmed());
  DisarmCrashPoint();
  testing::internal::CaptureStdout();
  PrintCrashPoints(kTable);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "write.before-commit\n");
}

}  // namespace
}  // namespace base
