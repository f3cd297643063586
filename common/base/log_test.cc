#include "common/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace base {
namespace {

// What the log writes, without the time in front.
std::string Logged(const LogOptions& options, const std::string& text) {
  const auto before = spdlog::default_logger();
  testing::internal::CaptureStderr();
  StartLog(options);
  spdlog::info("{}", text);
  spdlog::debug("not logged");
  const auto line = testing::internal::GetCapturedStderr();
  spdlog::set_default_logger(before);
  return line.substr(line.find('Z') + 1);
}

const std::string kFromOutside = "a\"b\\c\nERROR forged\r\x1B[31m \xFF %v";

TEST(LogTest, GivenControlCharactersWhenLoggedAsTextThenOneHarmlessLine) {
  EXPECT_EQ(Logged({.name = "test"}, kFromOutside),
            " info a\"b\\c\\nERROR forged\\r\\u001b[31m \xFF %v\n");
}

TEST(LogTest, GivenControlCharactersWhenLoggedAsJsonThenOneValidLine) {
  EXPECT_EQ(Logged({.name = "test", .format = "json"}, kFromOutside),
            R"(","level":"info","message":"a\"b\\c\nERROR forged\r\u001b[31m )"
            "\xEF\xBF\xBD %v\"}\n");
}

TEST(LogTest, GivenMembersWhenLoggedAsJsonThenEachLineHasThemEscaped) {
  EXPECT_EQ(Logged({.name = "test", .format = "json", .members = {{"instance", "i-\"1%v"}}}, "x"),
            R"(","level":"info","instance":"i-\"1%v","message":"x"})"
            "\n");
}

TEST(LogTest, GivenALevelWhenLoggedThenLessIsNot) {
  EXPECT_EQ(Logged({.name = "test", .level = "warn"}, "x"), "");
}

}  // namespace
}  // namespace base
