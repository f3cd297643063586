#include "cloudapi/images/loop_devices.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

TEST(LoopStatTest, GivenLineOfTheKernelWhenParsedThenItsTotals) {
  const auto totals = ParseStat(
      "     120        3     2048       40      600        0     4096      700        0      300  "
      "    740        0        0        0        0        7        9");
  ASSERT_TRUE(totals);
  EXPECT_EQ(*totals, (LoopTotals{.reads = 120,
                                 .writes = 600,
                                 .read_bytes = 2048 * 512,
                                 .written_bytes = 4096 * 512,
                                 .read_micros = 40000,
                                 .write_micros = 700000}));
  for (const char* line : {"", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7 x"}) EXPECT_FALSE(ParseStat(line));
}

}  // namespace
}  // namespace cloudapi
