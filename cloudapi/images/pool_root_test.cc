// Needs root and loop devices: the XFS image that the cloud mounts.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cloudapi/images/blocks.h"
#include "cloudapi/images/extents.h"
#include "cloudapi/images/loop_devices.h"
#include "cloudapi/images/pool.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

class PoolTest : public testing::Test {
 protected:
  void SetUp() override {
    loops_ = LinuxLoopDevices("/dev");
    if (const auto usable = loops_->CheckUsable(); !usable) GTEST_SKIP() << usable.error().message;
    std::string pattern = testing::TempDir() + "zonedisk-pool-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    data_dir_ = pattern;
    if (CanReflink(data_dir_)) GTEST_SKIP() << data_dir_ << " shares extents without a pool";
  }
  void TearDown() override {
    blocks_.reset();
    if (data_dir_.empty()) return;
    ASSERT_FALSE(IsPoolMounted(*loops_, data_dir_ / kPoolFile, data_dir_ / "blocks"));
    std::filesystem::remove_all(data_dir_);
  }
  void Open(PoolMode mode = PoolMode::kAuto) {
    auto opened = OpenBlocks({.data_dir = data_dir_, .pool = mode, .proof = "p"}, &notice_);
    ASSERT_TRUE(opened) << opened.error().message;
    blocks_ = std::move(*opened);
  }

  std::filesystem::path data_dir_;
  std::string notice_;
  std::unique_ptr<LoopDevices> loops_;
  std::unique_ptr<Blocks> blocks_;
};

TEST_F(PoolTest, GivenNoSharedExtentsWhenOpenedThenImageIsMountedAndKeptOverRestarts) {
  Open();
  EXPECT_EQ(blocks_->Method(), "image") << notice_;
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", 20 * kBytesPerGiB));
  std::ofstream(blocks_->Folder() / "d-1.g1.img", std::ios::in | std::ios::out) << "first";
  ASSERT_TRUE(blocks_->Clone("d-1.g1.img", "s-1.img", 20 * kBytesPerGiB, nullptr));
  blocks_.reset();
  EXPECT_FALSE(std::filesystem::exists(data_dir_ / "blocks" / "s-1.img")) << "still mounted";
  Open();
  EXPECT_EQ(blocks_->Method(), "image");
  std::string text;
  std::ifstream in(blocks_->Folder() / "s-1.img");
  text.resize(5);
  in.read(text.data(), 5);
  EXPECT_EQ(text, "first");
}

TEST_F(PoolTest, GivenMountFromACrashWhenOpenedThenTakenOver) {
  ASSERT_TRUE(std::filesystem::create_directories(data_dir_ / "blocks"));
  ASSERT_TRUE(MakePool(data_dir_ / kPoolFile));
  ASSERT_TRUE(MountPool(*loops_, data_dir_ / kPoolFile, data_dir_ / "blocks"));
  Open();
  EXPECT_EQ(blocks_->Method(), "image");
  EXPECT_NE(notice_.find("already"), std::string::npos) << notice_;
}

TEST_F(PoolTest, GivenPoolWhenOpenedWithPoolOffThenRefusedSinceImagesWouldBeHidden) {
  Open();
  blocks_.reset();
  const auto opened = OpenBlocks({.data_dir = data_dir_, .pool = PoolMode::kOff}, nullptr);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("pool.xfs"), std::string::npos);
}

TEST_F(PoolTest, GivenPlainImagesWhenOpenedThenTheyAreNotHidden) {
  Open(PoolMode::kOff);
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  Open();
  EXPECT_EQ(blocks_->Method(), "copy");
  EXPECT_TRUE(blocks_->Exists("d-1.g1.img"));
}

TEST_F(PoolTest, GivenDeviceWhenCopiedWithoutSharedExtentsThenRefusedNamingIt) {
  Open(PoolMode::kOff);
  ASSERT_TRUE(blocks_->Create("d-1.g1.img", kMiB));
  int number = 0;
  for (bool taken = false; !taken;) {
    const auto free = loops_->FindFree();
    ASSERT_TRUE(free);
    number = *free;
    const auto configured =
        loops_->Configure(number, blocks_->Folder() / "d-1.g1.img", "zonedisk-test", false);
    ASSERT_TRUE(configured) << configured.error().message;
    taken = *configured;
  }
  const auto cloned = blocks_->Clone("d-1.g1.img", "s-1.img", kMiB, nullptr);
  EXPECT_TRUE(loops_->Clear(number));
  ASSERT_FALSE(cloned);
  EXPECT_NE(cloned.error().message.find("/dev/loop" + std::to_string(number)), std::string::npos)
      << cloned.error().message;
  EXPECT_TRUE(blocks_->Clone("d-1.g1.img", "s-1.img", kMiB, nullptr));
}

}  // namespace
}  // namespace cloudapi
