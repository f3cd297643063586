#include "cloudapi/rules/limits.h"

#include <gtest/gtest.h>

#include <string>

namespace cloudapi {
namespace {

std::string CodeOf(const Result<void>& result) {
  return result ? "" : result.error().code;
}

struct NameCase {
  std::string label;
  std::string name;
  bool good;
};
class NameTest : public testing::TestWithParam<NameCase> {};

TEST_P(NameTest, GivenNameWhenCheckedThenAnswers) {
  EXPECT_EQ(CodeOf(CheckName(GetParam().name, "InvalidDiskName.Malformed")),
            GetParam().good ? "" : "InvalidDiskName.Malformed");
}

INSTANTIATE_TEST_SUITE_P(
    Names, NameTest,
    testing::Values(NameCase{"Shortest", "ab", true}, NameCase{"OneCharacter", "a", false},
                    NameCase{"Longest", std::string(128, 'a'), true},
                    NameCase{"TooLong", std::string(129, 'a'), false},
                    NameCase{"AllSigns", "a1:_.-", true}, NameCase{"DigitFirst", "1a", false},
                    NameCase{"HyphenFirst", "-a", false}, NameCase{"Space", "a b", false},
                    NameCase{"Chinese", "数据盘一", true},
                    NameCase{"LongestChinese",
                             [] {
                               std::string name;
                               for (int i = 0; i < 128; ++i) name += "数";
                               return name;
                             }(),
                             true},
                    NameCase{"Accented", "données", true},
                    NameCase{"Pictograph", "a\U0001F600", false},
                    NameCase{"Url", "http://x", false}, NameCase{"BadUtf8", "ab\xff", false},
                    NameCase{"CutUtf8", "ab\xe6\x95", false}),
    [](const auto& c) { return c.param.label; });

TEST(Limits, GivenDescriptionsWhenCheckedThenLengthAndSchemeDecide) {
  EXPECT_TRUE(CheckDescription("", 400));
  EXPECT_TRUE(CheckDescription("ab", 400));
  EXPECT_TRUE(CheckDescription(std::string(256, 'a'), 400));
  for (const std::string& text : {std::string("a"), std::string(257, 'a'), std::string("http://a"),
                                  std::string("https://a")}) {
    const auto checked = CheckDescription(text, 404);
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().code, "InvalidDescription.Malformed");
    EXPECT_EQ(checked.error().http_status, 404);
  }
}

TEST(Limits, GivenTagsWhenCheckedThenEachRuleHasItsCode) {
  EXPECT_EQ(CodeOf(CheckTags({{"k", ""}, {"l", "v"}})), "");
  EXPECT_EQ(CodeOf(CheckTags({{std::string(128, 'k'), std::string(128, 'v')}})), "");
  EXPECT_EQ(CodeOf(CheckTags({{"", "v"}})), "InvalidTagKey.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{std::string(129, 'k'), "v"}})), "InvalidTagKey.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"acs:k", "v"}})), "InvalidTagKey.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"aliyunk", "v"}})), "InvalidTagKey.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"khttp://", "v"}})), "InvalidTagKey.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"k", std::string(129, 'v')}})), "InvalidTagValue.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"k", "https://v"}})), "InvalidTagValue.Malformed");
  EXPECT_EQ(CodeOf(CheckTags({{"k", "a"}, {"k", "b"}})), "Duplicate.TagKey");
}

}  // namespace
}  // namespace cloudapi
