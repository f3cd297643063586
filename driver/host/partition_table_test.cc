#include "driver/host/partition_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "driver/testing/partitioned_disk.h"

namespace driver {
namespace {

constexpr std::int64_t kMib = 1 << 20;

// What the disk's beginning is after all writes, or after the first `count` of them.
std::vector<unsigned char> After(const GrownTable& grown, std::vector<unsigned char> disk,
                                 std::size_t count) {
  for (const auto& write : std::span(grown.writes).first(count)) {
    std::ranges::copy(write.bytes, disk.begin() + write.offset);
  }
  return disk;
}

base::Expected<GrownTable, std::string> Grow(const std::vector<unsigned char>& disk,
                                             unsigned number = 1) {
  return GrowInTable({.bytes = static_cast<std::int64_t>(disk.size()),
                      .head = std::span(disk).first(static_cast<std::size_t>(kTableBytes))},
                     number);
}

TEST(Crc32Test, GivenCheckTextWhenSummedThenTheStandardsValue) {
  constexpr std::string_view kText = "123456789";
  EXPECT_EQ(Crc32({reinterpret_cast<const unsigned char*>(kText.data()), kText.size()}),
            0xCBF43926U);
}

TEST(GrowInTableTest, GivenMbrWhenGrownThenPartitionReachesTheEndAndAgainTheSame) {
  auto disk = DiskWithMbr(8 * kMib, {{.start = kMib, .bytes = 2 * kMib}});
  const auto grown = Grow(disk);
  ASSERT_TRUE(grown) << grown.error();
  EXPECT_EQ(grown->start, kMib);
  EXPECT_EQ(grown->bytes, 7 * kMib);
  ASSERT_EQ(grown->writes.size(), 1U) << "one sector, written whole or not at all";
  EXPECT_EQ(grown->writes[0].bytes.size(), 512U);
  const auto after = After(*grown, disk, 1);
  EXPECT_EQ(Grow(after)->bytes, 7 * kMib);
  EXPECT_EQ(After(*Grow(after), after, 1), after);
}

TEST(GrowInTableTest, GivenGptWhenGrownThenBothTablesTellTheSame) {
  auto disk = DiskWithGpt(8 * kMib, {{.start = kMib, .bytes = 2 * kMib}});
  disk.resize(16 * kMib);
  const auto grown = Grow(disk);
  ASSERT_TRUE(grown) << grown.error();
  EXPECT_EQ(grown->start, kMib);
  EXPECT_EQ(grown->bytes, 15 * kMib - 33 * 512);
  const auto after = After(*grown, disk, grown->writes.size());
  const auto again = Grow(after);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->bytes, grown->bytes);
  EXPECT_EQ(After(*again, after, again->writes.size()), after);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(&after[16 * kMib - 512]), 8),
            "EFI PART");
}

// The process may die between any two writes: the first table, which the kernel reads, is whole.
TEST(GrowInTableTest, GivenDeathBetweenWritesWhenLookedAtThenATableIsWhole) {
  auto disk = DiskWithGpt(8 * kMib, {{.start = kMib, .bytes = 2 * kMib}});
  disk.resize(16 * kMib);
  const auto grown = Grow(disk);
  ASSERT_TRUE(grown);
  for (std::size_t count = 0; count <= grown->writes.size(); ++count) {
    const auto torn = After(*grown, disk, count);
    EXPECT_TRUE(Grow(torn)) << count;
    EXPECT_EQ(IsWholeGptHeader(torn, torn.size() - 512), count >= 2) << count;
  }
}

struct RefusedTable {
  std::string name;
  std::vector<unsigned char> disk;
  unsigned number = 1;
  std::string why;
};

class GrowRefusedTest : public testing::TestWithParam<RefusedTable> {};

TEST_P(GrowRefusedTest, GivenTableWhenGrownThenRefusedWithTheReason) {
  const auto grown = Grow(GetParam().disk, GetParam().number);
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error(), GetParam().why);
}

std::vector<unsigned char> Damaged(std::vector<unsigned char> disk, std::size_t at) {
  disk[at] = static_cast<unsigned char>(disk[at] ^ 1U);
  return disk;
}

const std::vector<TablePartition> kOne = {{.start = kMib, .bytes = kMib}};
const std::vector<TablePartition> kTwo = {{.start = kMib, .bytes = kMib},
                                          {.start = 3 * kMib, .bytes = kMib}};
constexpr const char* kNotAlone = "partition 1 is not the only one in the table";

INSTANTIATE_TEST_SUITE_P(
    Tables, GrowRefusedTest,
    testing::Values(RefusedTable{"None", std::vector<unsigned char>(8 * kMib), 1,
                                 "there is no partition table"},
                    RefusedTable{"TwoInMbr", DiskWithMbr(8 * kMib, kTwo), 1, kNotAlone},
                    RefusedTable{"TwoInGpt", DiskWithGpt(8 * kMib, kTwo), 1, kNotAlone},
                    RefusedTable{"Logical", DiskWithMbr(8 * kMib, kOne), 5,
                                 "a logical partition does not grow"},
                    RefusedTable{"AnotherInGpt", DiskWithGpt(8 * kMib, kOne), 2,
                                 "partition 2 is not the only one in the table"},
                    RefusedTable{"BeyondGpt", DiskWithGpt(8 * kMib, kOne), 129,
                                 "there is no such partition in the table"},
                    RefusedTable{"HeaderDamaged", Damaged(DiskWithGpt(8 * kMib, kOne), 512 + 56), 1,
                                 "the GPT header is damaged"},
                    RefusedTable{"EntriesDamaged", Damaged(DiskWithGpt(8 * kMib, kOne), 1024 + 40),
                                 1, "the GPT entries are damaged"},
                    RefusedTable{"NoHeader", Damaged(DiskWithGpt(8 * kMib, kOne), 512), 1,
                                 "there is no GPT header"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
