// Needs root: the folder that root prepares and a cloud without root then uses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "cloudapi/images/extents.h"
#include "cloudapi/images/loop_devices.h"
#include "cloudapi/images/pool.h"
#include "cloudapi/server/prepare.h"
#include "cloudapi/server/server.h"
#include "cloudapi/store/folder_lock.h"

namespace cloudapi {
namespace {

using testing::HasSubstr;

constexpr Owner kOwner{.user = 20140, .group = 20141};

TEST(ParseOwnerTest, GivenTextThenTwoNumbersOrNothing) {
  EXPECT_EQ(ParseOwner("20140:20141"), kOwner);
  EXPECT_EQ(ParseOwner("0:0"), Owner{});
  for (const char* text :
       {"", ":", "1", "1:", ":1", "a:b", "1:2:3", "-1:0", "1 :2", "4294967295:0"})
    EXPECT_FALSE(ParseOwner(text)) << text;
}

class PrepareTest : public testing::Test {
 protected:
  void SetUp() override {
    loops_ = LinuxLoopDevices("/dev");
    if (const auto usable = loops_->CheckUsable(); !usable) GTEST_SKIP() << usable.error().message;
    std::string pattern = testing::TempDir() + "zonedisk-prepare-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    // The way to the folder, as on any machine.
    ASSERT_EQ(::chmod(root_.c_str(), 0755), 0);
    if (CanReflink(root_)) GTEST_SKIP() << root_ << " shares extents without an XFS image";
    data_dir_ = root_ / "data";
  }
  void TearDown() override {
    if (root_.empty()) return;
    static_cast<void>(UnmountPool(data_dir_ / "blocks"));
    std::filesystem::remove_all(root_);
  }
  Result<std::vector<std::string>> Prepared(PoolMode pool = PoolMode::kAuto) {
    return Prepare({.blocks = {.data_dir = data_dir_, .pool = pool}, .owner = kOwner});
  }
  static uid_t UserOf(const std::filesystem::path& path) {
    struct stat status = {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_uid;
  }
  // Runs `act` in a child that has given up root for good; its answer is empty when all is well.
  template <class Act>
  static std::string WithoutRoot(const Act& act) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const bool given_up = ::setgid(kOwner.group) == 0 && ::setuid(kOwner.user) == 0;
      const std::string said = given_up ? act() : "cannot give up root";
      static_cast<void>(!::write(ends[1], said.data(), said.size()));
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 512> part{};
    for (ssize_t got = 0; (got = ::read(ends[0], part.data(), part.size())) > 0;)
      said.append(part.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "died: " << status;
    return said;
  }
  std::string OpensWithoutRoot() {
    return WithoutRoot([this]() -> std::string {
      auto blocks = OpenBlocks({.data_dir = data_dir_, .proof = "p"}, nullptr);
      if (!blocks) return blocks.error().message;
      if ((*blocks)->Method() != "image") return "method " + std::string((*blocks)->Method());
      if (const auto made = (*blocks)->Create("d-1.g1.img", kBytesPerGiB); !made)
        return made.error().message;
      const auto cloned = (*blocks)->Clone("d-1.g1.img", "s-1.img", kBytesPerGiB, nullptr);
      return cloned ? "" : cloned.error().message;
    });
  }

  std::filesystem::path root_;
  std::filesystem::path data_dir_;
  std::unique_ptr<LoopDevices> loops_;
};

TEST_F(PrepareTest, GivenNothingWhenPreparedThenACloudWithoutRootClonesInItAndTheMountStays) {
  const auto lines = Prepared();
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_THAT(*lines, testing::ElementsAre(HasSubstr("made"), HasSubstr("XFS image"),
                                           HasSubstr("to 20140:20141")));
  EXPECT_EQ(UserOf(data_dir_), kOwner.user);
  EXPECT_EQ(UserOf(data_dir_ / "blocks"), kOwner.user);
  EXPECT_EQ(UserOf(data_dir_ / kPoolFile), 0U);
  EXPECT_EQ(OpensWithoutRoot(), "");
  EXPECT_TRUE(IsPoolMounted(*loops_, data_dir_ / kPoolFile, data_dir_ / "blocks"));
  EXPECT_EQ(UserOf(data_dir_ / "blocks" / "s-1.img"), kOwner.user);
}

TEST_F(PrepareTest, GivenFolderOfRootsCloudWhenPreparedThenEveryFileChangesHandsOnce) {
  {
    SystemEnv env(1);
    const auto server = Server::Start({.port = 0, .data_dir = data_dir_}, env);
    ASSERT_TRUE(server) << server.error().message;
    const auto refused = Prepared();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("in use"));
  }
  const auto lines = Prepared();
  ASSERT_TRUE(lines) << lines.error().message;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir_)) {
    if (entry.path().filename() == kPoolFile) continue;
    EXPECT_EQ(UserOf(entry.path()), kOwner.user) << entry.path();
  }
  const auto again = Prepared();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(*again, testing::ElementsAre(HasSubstr("was there"), HasSubstr("already"),
                                           HasSubstr("already")));
}

TEST_F(PrepareTest, GivenFilesOutsideWhenPreparedThenLinksToThemAreNotFollowed) {
  std::ofstream(root_ / "other") << "x";
  std::filesystem::create_directories(data_dir_);
  std::filesystem::create_symlink(root_ / "other", data_dir_ / "link");
  ASSERT_TRUE(Prepared());
  EXPECT_EQ(UserOf(root_ / "other"), 0U);
}

TEST_F(PrepareTest, GivenImageThatIsNotMountedWhenOpenedWithoutRootThenSaysWhatToDo) {
  ASSERT_TRUE(Prepared());
  ASSERT_TRUE(ReleasePool(data_dir_));
  EXPECT_THAT(OpensWithoutRoot(), HasSubstr("--prepare"));
}

TEST_F(PrepareTest, GivenServerWithoutRootWhenStartedOnPreparedFolderThenServes) {
  ASSERT_TRUE(Prepared());
  EXPECT_EQ(WithoutRoot([this]() -> std::string {
              SystemEnv env(1);
              const auto server = Server::Start({.port = 0, .data_dir = data_dir_}, env);
              if (!server) return server.error().message;
              (*server)->Stop();
              return "";
            }),
            "");
}

TEST_F(PrepareTest, GivenPoolOffWhenPreparedThenPlainFolder) {
  const auto lines = Prepared(PoolMode::kOff);
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_FALSE(std::filesystem::exists(data_dir_ / kPoolFile));
  EXPECT_EQ(UserOf(data_dir_ / "blocks"), kOwner.user);
}

TEST_F(PrepareTest, GivenPresentedDiskWhenReleasedThenRefusesNamingItAndLaterUnmounts) {
  ASSERT_TRUE(Prepared());
  ASSERT_EQ(OpensWithoutRoot(), "");
  int number = 0;
  for (bool taken = false; !taken;) {
    const auto free = loops_->FindFree();
    ASSERT_TRUE(free);
    number = *free;
    const auto configured =
        loops_->Configure(number, data_dir_ / "blocks" / "d-1.g1.img", "zonedisk-test", false);
    ASSERT_TRUE(configured) << configured.error().message;
    taken = *configured;
  }
  const auto refused = ReleasePool(data_dir_);
  EXPECT_TRUE(loops_->Clear(number));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("/dev/loop" + std::to_string(number) + " (d-1.g1.img)"));
  EXPECT_EQ(*ReleasePool(data_dir_), "unmounted " + (data_dir_ / "blocks").string());
  EXPECT_THAT(*ReleasePool(data_dir_), HasSubstr("was not mounted"));
  EXPECT_FALSE(std::filesystem::exists(data_dir_ / "blocks" / "d-1.g1.img"));
}

}  // namespace
}  // namespace cloudapi
