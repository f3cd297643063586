#include "cloudapi/images/blocks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cloudapi/images/extents.h"
#include "cloudapi/images/system_error.h"
#include "cloudapi/testing/temp_folder.h"
#include "common/base/files.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

// A folder of its own and the copying engine in it.
class BlocksTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    blocks_.reset();
    auto opened =
        OpenBlocks({.data_dir = data_dir_, .pool = PoolMode::kOff, .proof = "proof-1"}, &notice_);
    ASSERT_TRUE(opened) << opened.error().message;
    blocks_ = std::move(*opened);
  }
  void Write(const std::string& name, std::int64_t offset, const std::string& text) {
    const FileDescriptor file(::open((blocks_->Folder() / name).c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::pwrite(file.Get(), text.data(), text.size(), offset),
              static_cast<ssize_t>(text.size()));
  }
  std::string Read(const std::string& name, std::int64_t offset, std::size_t length) {
    std::string text(length, '?');
    const FileDescriptor file(::open((blocks_->Folder() / name).c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = ::pread(file.Get(), text.data(), length, offset);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

  TempFolder folder_;
  const std::filesystem::path data_dir_ = folder_.path();
  std::string notice_;
  std::unique_ptr<Blocks> blocks_;
};

TEST(ImageNameTest, GivenIdsWhenNamedThenParsedBack) {
  EXPECT_EQ(DiskImage("d-bp1a", 3), "d-bp1a.g3.img");
  EXPECT_EQ(SnapshotImage("s-bp1a"), "s-bp1a.img");
  const auto disk = ParseImageName("d-bp1a.g3.img");
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->id, "d-bp1a");
  EXPECT_EQ(disk->generation, 3);
  EXPECT_FALSE(disk->snapshot);
  const auto snapshot = ParseImageName("s-bp1a.img");
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->snapshot);
  for (const char* other : {"", ".img", "d-.g1.img", "d-a.img", "d-a.g.img", "d-a.g1x.img",
                            "s-.img", "pool.xfs", "d-../x.g1.img", "s-A.img", "d-a.g1.img.part"}) {
    EXPECT_FALSE(ParseImageName(other)) << other;
  }
}

TEST_F(BlocksTest, GivenPoolOffWhenOpenedThenSaysWhatItIs) {
  EXPECT_TRUE(blocks_->Method() == "copy" || blocks_->Method() == "reflink") << blocks_->Method();
  EXPECT_FALSE(notice_.empty());
  EXPECT_TRUE(blocks_->Folder().is_absolute());
  EXPECT_EQ(base::ReadFile(blocks_->Folder() / kProofFile), "proof-1");
}

TEST_F(BlocksTest, GivenNewImageWhenCreatedTwiceThenSparseAndKeepsBytes) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 20 * kBytesPerGiB));
  EXPECT_EQ(blocks_->Size("d-1.g1.img"), 20 * kBytesPerGiB);
  EXPECT_EQ(blocks_->AllocatedBytes("d-1.g1.img"), 0);
  Write("d-1.g1.img", 5 * kMiB, "kept");
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 20 * kBytesPerGiB));
  EXPECT_EQ(Read("d-1.g1.img", 5 * kMiB, 4), "kept");
  EXPECT_GT(blocks_->AllocatedBytes("d-1.g1.img"), 0);
  EXPECT_LT(blocks_->AllocatedBytes("d-1.g1.img"), kMiB);
}

TEST_F(BlocksTest, GivenExtentsWhenClonedLargerThenSameBytesHolesAndProgress) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 64 * kMiB));
  Write("d-1.g1.img", 0, "first");
  Write("d-1.g1.img", 40 * kMiB, std::string(3 * kMiB, 'x'));
  std::int64_t last = 0;
  std::int64_t of = 0;
  ASSERT_TRUE(blocks_->Clone("d-1.g1.img", "s-1.img", 128 * kMiB,
                             [&](std::int64_t done, std::int64_t total) {
                               EXPECT_GE(done, last);
                               last = done;
                               of = total;
                               return true;
                             }));
  EXPECT_EQ(blocks_->Size("s-1.img"), 128 * kMiB);
  EXPECT_EQ(Read("s-1.img", 0, 5), "first");
  EXPECT_EQ(Read("s-1.img", 40 * kMiB, 3 * kMiB), std::string(3 * kMiB, 'x'));
  EXPECT_EQ(blocks_->AllocatedBytes("s-1.img"), blocks_->AllocatedBytes("d-1.g1.img"));
  EXPECT_EQ(last, of);
  // A snapshot does not follow its disk.
  Write("d-1.g1.img", 0, "later");
  EXPECT_EQ(Read("s-1.img", 0, 5), "first");
}

TEST_F(BlocksTest, GivenFormerTargetWhenClonedThenReplaced) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  ASSERT_TRUE(blocks_->Create("s-1.img", 4 * kMiB));
  Write("s-1.img", 0, "stale");
  Write("d-1.g1.img", 0, "fresh");
  ASSERT_TRUE(blocks_->Clone("d-1.g1.img", "s-1.img", kMiB, nullptr));
  EXPECT_EQ(Read("s-1.img", 0, 5), "fresh");
  EXPECT_EQ(blocks_->Size("s-1.img"), kMiB);
}

TEST_F(BlocksTest, GivenCopyStoppedWhenClonedThenNothingIsLeft) {
  if (blocks_->Method() != "copy") GTEST_SKIP() << "this file system shares extents at once";
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 64 * kMiB));
  Write("d-1.g1.img", 0, std::string(20 * kMiB, 'x'));
  const auto cloned = blocks_->Clone("d-1.g1.img", "s-1.img", 64 * kMiB,
                                     [](std::int64_t, std::int64_t) { return false; });
  ASSERT_FALSE(cloned);
  EXPECT_EQ(blocks_->List(), std::vector<std::string>{"d-1.g1.img"});
}

TEST_F(BlocksTest, GivenWriterDuringCopyWhenClonedThenRefused) {
  if (blocks_->Method() != "copy") GTEST_SKIP() << "this file system shares extents at once";
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 64 * kMiB));
  Write("d-1.g1.img", 0, std::string(20 * kMiB, 'x'));
  // Modification times have the granularity of a tick; set it apart from the real ones.
  const timespec past[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (blocks_->Folder() / "d-1.g1.img").c_str(), past, 0), 0);
  const auto cloned =
      blocks_->Clone("d-1.g1.img", "s-1.img", 64 * kMiB, [&](std::int64_t, std::int64_t) {
        Write("d-1.g1.img", 0, "torn");
        return true;
      });
  ASSERT_FALSE(cloned);
  EXPECT_NE(cloned.error().message.find("was written while"), std::string::npos);
  EXPECT_FALSE(blocks_->Exists("s-1.img"));
}

TEST_F(BlocksTest, GivenImageWhenGrownThenNeverShrinks) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  ASSERT_TRUE(blocks_->Grow("d-1.g1.img", 3 * kMiB));
  ASSERT_TRUE(blocks_->Grow("d-1.g1.img", 2 * kMiB));
  EXPECT_EQ(blocks_->Size("d-1.g1.img"), 3 * kMiB);
  EXPECT_FALSE(blocks_->Grow("d-2.g1.img", kMiB));
}

TEST_F(BlocksTest, GivenMissingImageWhenRemovedThenSuccess) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  EXPECT_TRUE(blocks_->Remove("d-1.g1.img"));
  EXPECT_TRUE(blocks_->Remove("d-1.g1.img"));
  EXPECT_EQ(blocks_->Size("d-1.g1.img"), 0);
  EXPECT_FALSE(blocks_->Clone("d-1.g1.img", "s-1.img", kMiB, nullptr));
  EXPECT_TRUE(blocks_->List().empty());
}

TEST_F(BlocksTest, GivenOrphansWhenSweptThenOnlyTheyGo) {
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  ASSERT_TRUE(blocks_->Create("d-2.g1.img", kMiB));
  std::ofstream(blocks_->Folder() / "s-1.img.part") << "half";
  std::ofstream(blocks_->Folder() / "notes.txt") << "not ours";
  const auto removed =
      Sweep(*blocks_, [](const std::string& name) { return name == "d-1.g1.img"; });
  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, (std::vector<std::string>{"d-2.g1.img", "s-1.img.part"}));
  EXPECT_EQ(blocks_->List(), std::vector<std::string>{"d-1.g1.img"});
  EXPECT_TRUE(std::filesystem::exists(blocks_->Folder() / "notes.txt"));
}

TEST_F(BlocksTest, GivenNoImagesWhenUsedThenEverythingSucceedsWithoutFiles) {
  auto none = OpenBlocks({.data_dir = data_dir_ / "none", .none = true}, nullptr);
  ASSERT_TRUE(none);
  EXPECT_EQ((*none)->Method(), "none");
  EXPECT_TRUE((*none)->Create("d-1.g1.img", kMiB));
  EXPECT_TRUE((*none)->Clone("d-1.g1.img", "s-1.img", kMiB, nullptr));
  EXPECT_EQ((*none)->Size("d-1.g1.img"), 0);
  EXPECT_FALSE(std::filesystem::exists(data_dir_ / "none"));
}

TEST_F(BlocksTest, GivenSharedExtentsWhenClonedThenSameBytesAtOnce) {
  if (!CanReflink(data_dir_)) GTEST_SKIP() << "no shared extents in " << data_dir_;
  ASSERT_EQ(blocks_->Method(), "reflink");
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 64 * kMiB));
  Write("d-1.g1.img", 0, "first");
  ASSERT_TRUE(blocks_->Clone("d-1.g1.img", "s-1.img", 64 * kMiB, nullptr));
  Write("d-1.g1.img", 0, "later");
  EXPECT_EQ(Read("s-1.img", 0, 5), "first");
}

}  // namespace
}  // namespace cloudapi
