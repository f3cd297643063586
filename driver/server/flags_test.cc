#include "driver/server/flags.h"

#include <gtest/gtest.h>

#include <vector>

namespace driver {
namespace {

std::variant<CsiFlags, int> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "zonedisk-csi");
  return ParseCsiFlags(static_cast<int>(words.size()), words.data());
}

TEST(CsiFlagsTest, GivenRepeatedFlagsWhenParsedThenTheLastOneWinsAndListsCollect) {
  const auto parsed =
      Parse({"--mode", "node", "--zone=a", "--mode=controller", "--zone=b", "--topology-keys=a=1",
             "--topology-keys", "b=2,c=3", "--log-level", "warn", "--log-level", "debug"});
  ASSERT_TRUE(std::holds_alternative<CsiFlags>(parsed));
  const auto& flags = std::get<CsiFlags>(parsed);
  EXPECT_EQ(flags.mode, Mode::kController);
  EXPECT_EQ(flags.place.zone, "b");
  EXPECT_EQ(flags.topology_keys.size(), 3U);
  EXPECT_EQ(flags.log.level, "debug");
}

TEST(CsiFlagsTest, GivenFilesToCheckWhenParsedThenAllOfThemWhateverElseIsWrong) {
  const auto parsed = Parse({"--check", "a.yaml", "-", "--endpoint", "tcp://1.2.3.4:5"});
  ASSERT_TRUE(std::holds_alternative<CsiFlags>(parsed));
  EXPECT_EQ(std::get<CsiFlags>(parsed).check_files, (std::vector<std::string>{"a.yaml", "-"}));
  EXPECT_TRUE(std::holds_alternative<int>(Parse({"--check"})));
}

TEST(CsiFlagsTest, GivenWrongFlagsWhenParsedThenStatusTwo) {
  for (const std::vector<const char*>& words :
       std::vector<std::vector<const char*>>{{"--mode", "both"},
                                             {"--crash-at", "nowhere"},
                                             {"--kubelet-dir", "relative"},
                                             {"--endpoint", "tcp://1.2.3.4:5"}}) {
    EXPECT_EQ(std::get<int>(Parse(words)), 2) << words.front();
  }
}

}  // namespace
}  // namespace driver
