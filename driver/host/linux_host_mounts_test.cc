#include "driver/host/linux_host_mounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace driver {
namespace {

TEST(ParseMountInfoTest, GivenLinesWhenParsedThenFieldsAreFound) {
  const auto entries = ParseMountInfo(
      "36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n"
      "42 27 7:3 /dir /tmp/a\\040b ro,relatime shared:7 master:2 - xfs /dev/loop3 rw,nouuid\n"
      "43 27 0:5 /loop3 /pod/dev rw - devtmpfs udev ro\n");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0], (MountEntry{.device = {98, 0},
                                    .root = "/",
                                    .target = "/mnt",
                                    .fs_type = "ext3",
                                    .source = "/dev/root",
                                    .options = {"rw", "noatime", "rw", "errors=continue"}}));
  EXPECT_EQ(entries[1].target, "/tmp/a b");
  EXPECT_EQ(entries[1].root, "/dir");
  EXPECT_TRUE(entries[1].read_only);
  EXPECT_FALSE(entries[1].file_system_read_only);
  EXPECT_EQ(entries[2].root, "/loop3");
  EXPECT_FALSE(entries[2].read_only);
  EXPECT_TRUE(entries[2].file_system_read_only);
}

TEST(ParseMountInfoTest, GivenEscapesWhenParsedThenUndone) {
  const auto entries = ParseMountInfo("1 2 7:1 / /a\\011b\\012c\\134d\\04 rw - ext4 /dev/x rw\n");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].target, "/a\tb\nc\\d\\04");
}

TEST(ParseMountInfoTest, GivenBrokenLinesWhenParsedThenLeftOut) {
  for (const auto* text : {"", "\n\n", "1 2 3", "1 2 7 / /a rw - ext4 /dev/x rw\n",
                           "1 2 7:x / /a rw - ext4 /dev/x rw\n", "1 2 7:1 / /a rw ext4 /dev/x rw\n",
                           "1 2 7:1 / /a rw - ext4 /dev/x\n"}) {
    EXPECT_TRUE(ParseMountInfo(text).empty()) << text;
  }
}

TEST(ToMountFlagsTest, GivenWordsWhenTranslatedThenFlagsAndData) {
  const auto result =
      ToMountFlags({"noatime", "discard,nodev", "defaults", "_netdev", "data=ordered"});
  EXPECT_EQ(result.flags, MS_NOATIME | MS_NODEV);
  EXPECT_EQ(result.data, "discard,data=ordered");
}

TEST(ToMountFlagsTest, GivenContradictionWhenTranslatedThenTheLaterWins) {
  EXPECT_EQ(ToMountFlags({"ro", "noexec", "rw"}).flags, static_cast<unsigned long>(MS_NOEXEC));
}

}  // namespace
}  // namespace driver
