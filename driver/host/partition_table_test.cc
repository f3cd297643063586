#include "driver/host/partition_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "common/base/files.h"
#include "driver/testing/partitioned_disk.h"

namespace driver {
namespace {

constexpr std::int64_t kMib = 1 << 20;
const std::vector<TablePartition> kOne = {{.start = kMib, .bytes = 2 * kMib}};
const std::vector<TablePartition> kTwo = {{.start = kMib, .bytes = kMib},
                                          {.start = 3 * kMib, .bytes = kMib}};

class GrowInTableTest : public testing::Test {
 protected:
  GrowInTableTest() { Resize(8 * kMib); }
  ~GrowInTableTest() override { std::filesystem::remove(image_); }

  void Resize(std::int64_t bytes) {
    if (!std::filesystem::exists(image_)) std::ofstream(image_).flush();
    std::filesystem::resize_file(image_, static_cast<std::uintmax_t>(bytes));
  }
  void Damage(std::int64_t at) const {
    std::fstream file(image_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('\x55');
  }
  auto Grow(unsigned number = 1) const { return GrowInTable(image_, number); }

  const std::string image_ = testing::TempDir() + "zonedisk_table_" +
                             testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(GrowInTableTest, GivenMbrWhenGrownThenPartitionReachesTheEndAndAgainTheSame) {
  ASSERT_TRUE(WriteTable(image_, "dos", kOne));
  const auto grown = Grow();
  ASSERT_TRUE(grown) << grown.error();
  EXPECT_EQ(grown->start, kMib);
  EXPECT_EQ(grown->bytes, 7 * kMib);
  const auto table = base::ReadFile(image_);
  EXPECT_EQ(Grow()->bytes, 7 * kMib);
  EXPECT_EQ(base::ReadFile(image_), table);
}

TEST_F(GrowInTableTest, GivenGptOnAGrownDiskWhenGrownThenBothTablesAreAtTheirPlaces) {
  ASSERT_TRUE(WriteTable(image_, "gpt", kOne));
  Resize(16 * kMib);
  const auto grown = Grow();
  ASSERT_TRUE(grown) << grown.error();
  EXPECT_EQ(grown->start, kMib);
  EXPECT_GT(grown->bytes, 14 * kMib) << "to the copy of the table";
  EXPECT_LE(grown->bytes, 15 * kMib - 33 * 512);
  const auto text = base::ReadFile(image_);
  EXPECT_EQ(text->substr(512, 8), "EFI PART");
  EXPECT_EQ(text->substr(16 * kMib - 512, 8), "EFI PART");
  EXPECT_EQ(Grow()->bytes, grown->bytes);
}

// As a process that dies between two writes leaves it.
TEST_F(GrowInTableTest, GivenADamagedGptWhenGrownThenFromItsCopy) {
  ASSERT_TRUE(WriteTable(image_, "gpt", kOne));
  Damage(512 + 56);
  const auto grown = Grow();
  ASSERT_TRUE(grown) << grown.error();
  EXPECT_EQ(grown->start, kMib);
}

TEST_F(GrowInTableTest, GivenNoTableWhenGrownThenRefusedAndUntouched) {
  EXPECT_EQ(Grow().error(), "it has no table");
  EXPECT_EQ(base::ReadFile(image_), std::string(8 * kMib, '\0'));
}

TEST_F(GrowInTableTest, GivenTwoPartitionsWhenGrownThenRefusedAndUntouched) {
  for (const auto* kind : {"dos", "gpt"}) {
    ASSERT_TRUE(WriteTable(image_, kind, kTwo));
    const auto table = base::ReadFile(image_);
    EXPECT_EQ(Grow().error(), "it has 2 partitions");
    EXPECT_EQ(base::ReadFile(image_), table);
  }
}

TEST_F(GrowInTableTest, GivenAPartitionThatIsNotThereWhenGrownThenRefused) {
  ASSERT_TRUE(WriteTable(image_, "dos", kOne));
  EXPECT_EQ(Grow(2).error(), "it has no partition 2");
  EXPECT_EQ(Grow(5).error(), "it has no partition 5");
  EXPECT_EQ(Grow(0).error(), "it has no partition 0");
  EXPECT_EQ(GrowInTable("/nowhere/disk", 1).error(), "open: No such file or directory");
}

}  // namespace
}  // namespace driver
