#include "common/base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace base {
namespace {

TEST(CaseTest, GivenLettersWhenComparedThenAsciiOnlyLosesItsCase) {
  EXPECT_EQ(Lower("ABZ[az`{Ä"), "abz[az`{Ä");
  EXPECT_TRUE(EqualNoCase("DiskId", "DISKID"));
  EXPECT_FALSE(EqualNoCase("DiskId", "DiskIds"));
  EXPECT_FALSE(EqualNoCase("[", "{"));
  EXPECT_TRUE(StartsWithNoCase("TAG.1.Key", "Tag."));
  EXPECT_FALSE(StartsWithNoCase("Tag", "Tag."));
  const std::set<std::string, LessNoCase> names = {"b", "A", "B", "a"};
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(names.count(std::string_view("a")), 1U);
}

TEST(TrimTest, GivenBlanksWhenTrimmedThenOnlyThoseInsideStay) {
  EXPECT_EQ(Trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(Trim("a"), "a");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(Trim(" a\r ", " \t"), "a\r");
  EXPECT_EQ(Trim(""), "");
}

TEST(SplitTest, GivenTextWhenSplitThenEmptyPartsCountAndTheLastIsTheRest) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(Split("a,b,,c", ','), (Parts{"a", "b", "", "c"}));
  EXPECT_EQ(Split("", ','), Parts{""});
  EXPECT_EQ(Split(",", ','), (Parts{"", ""}));
  EXPECT_EQ(Split("a.b.c.d", '.', 3), (Parts{"a", "b", "c.d"}));
}

TEST(ParseNumberTest, GivenTextWhenParsedThenOnlyAWholeNumberInRangeCounts) {
  EXPECT_EQ(ParseNumber<int>("-12"), -12);
  EXPECT_EQ(ParseNumber<std::uint8_t>("255"), 255);
  EXPECT_EQ(ParseNumber<std::uint64_t>("ff", 16), 255U);
  EXPECT_EQ(ParseNumber<double>("1.5"), 1.5);
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "99999999999"})
    EXPECT_FALSE(ParseNumber<int>(text)) << text;
}

TEST(HexTest, GivenBytesWhenWrittenThenReadBackAndOthersRefused) {
  const std::string bytes("\x00\x7F\xFF z", 5);
  EXPECT_EQ(ToHex(bytes), "007fff207a");
  EXPECT_EQ(FromHex("007fFF207A"), bytes);
  EXPECT_EQ(FromHex(""), "");
  for (const char* digits : {"0", "0g", "0x", " 0", "00 "}) {
    EXPECT_FALSE(FromHex(digits)) << digits;
  }
}

// The published vectors of FNV-1a.
TEST(StableHashTest, GivenTextsWhenHashedThenAsPublished) {
  EXPECT_EQ(StableHash(""), 0xcbf29ce484222325U);
  EXPECT_EQ(StableHash("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(StableHash("foobar"), 0x85944171f73967e8U);
}

TEST(Base36Test, GivenNumbersWhenWrittenThenPaddedAndCut) {
  EXPECT_EQ(Base36(0, 3), "000");
  EXPECT_EQ(Base36(35, 2), "0z");
  EXPECT_EQ(Base36(36 * 36 + 1, 2), "01");
}

TEST(PercentTest, GivenTextWhenEncodedThenOnlyUnreservedStay) {
  EXPECT_EQ(PercentEncode("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(PercentEncode("a b*c+d/'()!盘"), "a%20b%2Ac%2Bd%2F%27%28%29%21%E7%9B%98");
}

TEST(PercentTest, GivenTextWhenDecodedThenMalformedSequencesStay) {
  EXPECT_EQ(PercentDecode("%41+b%e7%9B%98"), "A b盘");
  for (const char* text : {"%", "%4", "100%", "%zz", "%4g", "a%"}) {
    EXPECT_EQ(PercentDecode(text), text);
  }
}

TEST(Utf8Test, GivenSequencesWhenMeasuredThenOnlyWellFormedHaveALength) {
  EXPECT_EQ(Utf8Length("a盘"), 1U);
  EXPECT_EQ(Utf8Length("盘a"), 3U);
  for (const char* text :
       {"", "\x80", "\xC0\x80", "\xE7\x9B", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_EQ(Utf8Length(text), 0U);
  }
}

std::string Json(std::string_view text) {
  std::string out;
  AppendJsonText(out, text);
  return out;
}

TEST(JsonTextTest, GivenTextWhenWrittenThenAValidInsideOfAString) {
  EXPECT_EQ(Json("a\"b\\c/盘"), "a\\\"b\\\\c/盘");
  EXPECT_EQ(Json("\n\r\t\b\f\x01\x1F"), "\\n\\r\\t\\b\\f\\u0001\\u001f");
  EXPECT_EQ(Json("a\xFFz\xE7\x9B"), "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(EscapeControlsTest, GivenTextFromOutsideWhenEscapedThenOneHarmlessLine) {
  EXPECT_EQ(EscapeControls("a\nb\x1B[31m\x7F"), "a\\nb\\u001b[31m\\u007f");
  EXPECT_EQ(EscapeControls("\xC2\x9B"
                           "31m"),
            "\\u009b31m");
  EXPECT_EQ(EscapeControls("\"quoted\" \\ 盘 ©"), "\"quoted\" \\ 盘 ©");
}

}  // namespace
}  // namespace base
