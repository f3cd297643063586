#include "tools/cli/table.h"

#include <gtest/gtest.h>

namespace zonedisk {
namespace {

TEST(TableTest, GivenRowsWhenFormattedThenColumnsLineUp) {
  EXPECT_EQ(FormatTable({"DISK", "NAME", "GiB"}, {{"d-1", "data", "20"}, {"d-22222", "", "1024"}}),
            "DISK     NAME  GiB\n"
            "d-1      data  20\n"
            "d-22222        1024\n");
}

TEST(TableTest, GivenNoRowsWhenFormattedThenHeaderOnly) {
  EXPECT_EQ(FormatTable({"DISK", "NAME"}, {}), "DISK  NAME\n");
}

TEST(TableTest, GivenShortRowWhenFormattedThenMissingCellsAreEmpty) {
  EXPECT_EQ(FormatTable({"A", "B"}, {{"1"}}), "A  B\n1\n");
}

TEST(TableTest, GivenEscapeSequenceInANameWhenFormattedThenItIsDefused) {
  EXPECT_EQ(FormatTable({"A"}, {{"x\x1b[31m\n"}}), "A\nx?[31m?\n");
}

TEST(TableTest, GivenWideNameWhenFormattedThenNextColumnLinesUp) {
  EXPECT_EQ(FormatTable({"NAME", "GiB"}, {{"数据盘-1", "20"}, {"abcdefgh", "40"}}),
            "NAME      GiB\n数据盘-1  20\nabcdefgh  40\n");
}

struct WidthCase {
  std::string name;
  std::string text;
  std::size_t expected;
};

class WidthTest : public testing::TestWithParam<WidthCase> {};

TEST_P(WidthTest, GivenTextWhenMeasuredThenTerminalColumns) {
  EXPECT_EQ(DisplayWidth(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, WidthTest,
                         testing::Values(WidthCase{"Empty", "", 0}, WidthCase{"Ascii", "abc", 3},
                                         WidthCase{"Umlaut", "größe", 5},
                                         WidthCase{"Chinese", "数据盘", 6},
                                         WidthCase{"Combining", "e\xCC\x81", 1},
                                         WidthCase{"FourBytes", "\xF0\x9F\x98\x80", 2},
                                         WidthCase{"LoneContinuation", "\x80\x80", 2},
                                         WidthCase{"Truncated", "a\xE6\x95", 3},
                                         WidthCase{"BrokenSequence", "\xE6zz", 3}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace zonedisk
