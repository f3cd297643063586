#include "cloudapi/rules/new_instance.h"

#include <gtest/gtest.h>

#include <string>

namespace cloudapi {
namespace {

TEST(NameAt, GivenPatternsWhenSeveralAreMadeThenTheirNumbers) {
  EXPECT_EQ(NameAt("web[7,3]-a", 0, 2, false), "web007-a");
  EXPECT_EQ(NameAt("web[7,3]-a", 1, 2, true), "web008-a");
  EXPECT_EQ(NameAt("web[,]", 2, 3, false), "web000002");
  EXPECT_EQ(NameAt("web", 1, 3, true), "web002");
  EXPECT_EQ(NameAt("web", 0, 1, true), "web");
  EXPECT_EQ(NameAt("web", 1, 3, false), "web");
  EXPECT_EQ(NameAt("web[x,3]", 1, 3, false), "web[x,3]");
  EXPECT_EQ(NameAt("web[1,0]", 1, 3, false), "web[1,0]");
}

struct TextCase {
  std::string name;
  std::string text;
  std::string code;
};

class HostNameTest : public testing::TestWithParam<TextCase> {};

TEST_P(HostNameTest, GivenHostNameWhenCheckedThenCode) {
  const auto checked = CheckHostName(GetParam().text);
  EXPECT_EQ(checked ? "" : checked.error().code, GetParam().code);
}

const std::string kMalformed = "InvalidHostName.Malformed";
INSTANTIATE_TEST_SUITE_P(Cases, HostNameTest,
                         testing::Values(TextCase{"Plain", "web-1.local", ""},
                                         TextCase{"Longest", std::string(64, 'a'), ""},
                                         TextCase{"TooLong", std::string(65, 'a'), kMalformed},
                                         TextCase{"One", "a", kMalformed},
                                         TextCase{"FirstHyphen", "-ab", kMalformed},
                                         TextCase{"LastPeriod", "ab.", kMalformed},
                                         TextCase{"TwoInARow", "a-.b", kMalformed},
                                         TextCase{"Underscore", "a_b", kMalformed}),
                         [](const auto& test) { return test.param.name; });

TEST(CheckUserData, GivenTextsWhenCheckedThenCode) {
  EXPECT_TRUE(CheckUserData("IyEvYmluL3NoCg=="));
  EXPECT_TRUE(CheckUserData(""));
  EXPECT_EQ(CheckUserData("abc").error().code, "InvalidUserData.Base64FormatInvalid");
  EXPECT_EQ(CheckUserData("a=bc").error().code, "InvalidUserData.Base64FormatInvalid");
  EXPECT_TRUE(CheckUserData(std::string(43688, 'A') + "AAA="));
  EXPECT_EQ(CheckUserData(std::string(43696, 'A')).error().code, "InvalidUserData.SizeExceeded");
}

TEST(CheckInstanceName, GivenTextsWhenCheckedThenCode) {
  EXPECT_TRUE(CheckInstanceName("web-1"));
  EXPECT_EQ(CheckInstanceName("1web").error().code, "InvalidInstanceName.Malformed");
}

}  // namespace
}  // namespace cloudapi
