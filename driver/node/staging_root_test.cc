// The real machine: loop devices, mkfs, mounts. Needs root and a free loop device.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/base/files.h"
#include "driver/base/system_env.h"
#include "driver/host/linux_host.h"
#include "driver/host/linux_host_process.h"
#include "driver/node/staging.h"
#include "driver/testing/partitioned_disk.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using std::chrono::seconds;

constexpr std::int64_t kMib = 1 << 20;

// A disk as the hypervisor shows it: a sparse file, a loop device, a link by serial.
class LinuxHostTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    std::string pattern = std::filesystem::temp_directory_path() / "zonedisk-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    WriteFile(Image(), "");
    Resize(512 * kMib);
    device_ = Output({"losetup", "--partscan", "--find", "--show", Image()});
    ASSERT_TRUE(device_.starts_with("/dev/loop")) << device_;
    std::filesystem::create_symlink(device_, folder_ + "/virtio-1");
  }
  void TearDown() override {
    if (folder_.empty()) return;
    for (const auto* target : {"/a", "/b", "/staging"}) {
      while (umount2((folder_ + target).c_str(), 0) == 0) {
      }
    }
    if (!device_.empty()) {
      // The number's next user must not meet the flag, whatever failed.
      EXPECT_TRUE(host_.SetReadOnly(device_, false));
      Output({"losetup", "--detach", device_});
    }
    std::filesystem::remove_all(folder_);
  }

  std::string Image() const { return folder_ + "/image"; }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Resize(std::int64_t bytes) {
    std::filesystem::resize_file(Image(), static_cast<std::uintmax_t>(bytes));
    if (!device_.empty()) Output({"losetup", "--set-capacity", device_});
  }
  std::string Output(const std::vector<std::string>& words) {
    auto result = RunProgram(clock_, words, seconds(30));
    EXPECT_TRUE(result && result->status == 0)
        << (result ? result->output : result.error().message);
    auto text = result ? result->output : "";
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  static void WriteFile(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    file << text << std::flush;
    EXPECT_TRUE(file.good()) << path;
  }
  static std::string ReadFile(const std::string& path) { return base::ReadFile(path).value_or(""); }
  // As many bytes as "bytes" has.
  static std::string ReadStart(const std::string& path) {
    std::string text(5, ' ');
    std::ifstream(path).read(text.data(), 5);
    return text;
  }
  Deadline Soon() { return {.at = clock_.Now() + seconds(20)}; }
  Result<void> Stage(VolumeAccess access = {}) {
    return staging().Stage(
        {.volume_id = "d-1", .staging_path = Path("staging"), .serial = "1", .access = access},
        Soon());
  }
  Result<void> Publish(const std::string& name, VolumeAccess access = {}, bool read_only = false) {
    return staging().Publish({.volume_id = "d-1",
                              .staging_path = Path("staging"),
                              .target_path = Path(name),
                              .serial = "1",
                              .access = access,
                              .read_only = read_only},
                             Soon());
  }
  Result<std::int64_t> Expand(const std::string& name, std::int64_t bytes) {
    return staging().Expand(
        {.volume_id = "d-1", .volume_path = Path(name), .required_bytes = bytes});
  }
  Staging& staging() {
    if (!staging_) staging_.emplace(host_, clock_, folder_);
    return *staging_;
  }

  SystemClock clock_;
  LinuxHost host_{clock_};
  std::string folder_;
  std::string device_;
  std::optional<Staging> staging_;
};

class LinuxHostFileSystemTest : public LinuxHostTest,
                                public testing::WithParamInterface<std::string> {};

TEST_P(LinuxHostFileSystemTest, GivenBlankDiskWhenWholeLifeThenDataStaysAndFileSystemGrows) {
  const VolumeAccess access{.fs_type = GetParam()};
  for (int i = 0; i < 2; ++i) {
    const auto staged = Stage(access);
    ASSERT_TRUE(staged) << MessageOf(staged);
    const auto published = Publish("a", access);
    ASSERT_TRUE(published) << MessageOf(published);
  }
  WriteFile(Path("a/file"), "bytes");
  ASSERT_TRUE(Publish("b", access, true));
  ASSERT_TRUE(Publish("b", access, true));
  EXPECT_EQ(ReadFile(Path("b/file")), "bytes");
  EXPECT_FALSE(std::ofstream(Path("b/other")).is_open());

  const auto usage = staging().Usage("d-1", Path("a"));
  ASSERT_TRUE(usage && usage->file_system);
  EXPECT_GT(usage->file_system->total_bytes, 350 * kMib);
  EXPECT_GT(usage->file_system->total_inodes, 1000);
  EXPECT_LT(usage->file_system->free_bytes, usage->file_system->total_bytes);

  ASSERT_TRUE(staging().Unpublish("d-1", Path("a")));
  ASSERT_TRUE(staging().Unpublish("d-1", Path("b")));
  ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
  EXPECT_FALSE(std::filesystem::exists(Path("a")));

  // Grown while unmounted, as after an offline expansion or a larger restore.
  Resize(768 * kMib);
  const auto staged = Stage();
  ASSERT_TRUE(staged) << MessageOf(staged);
  EXPECT_EQ(ReadFile(Path("staging/file")), "bytes");
  const auto grown = staging().Usage("d-1", Path("staging"));
  ASSERT_TRUE(grown && grown->file_system);
  EXPECT_GT(grown->file_system->total_bytes, 600 * kMib);
  EXPECT_TRUE(Expand("staging", 768 * kMib));
  EXPECT_EQ(CodeOf(Expand("staging", 800 * kMib)), StatusCode::ABORTED);
}

TEST_P(LinuxHostFileSystemTest, GivenMountedWhenExpandedThenGrowsOrNamesTheCapability) {
  ASSERT_TRUE(Stage({.fs_type = GetParam()}));
  const auto before = staging().Usage("d-1", Path("staging"))->total_bytes;
  Resize(1024 * kMib);
  const auto grown = Expand("staging", 1024 * kMib);
  if (!grown) {
    EXPECT_NE(GetParam(), "xfs");
    EXPECT_EQ(CodeOf(grown), StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(MessageOf(grown), testing::HasSubstr("CAP_SYS_RESOURCE"));
    ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
    ASSERT_TRUE(Stage({.fs_type = GetParam()}));
  }
  EXPECT_GT(staging().Usage("d-1", Path("staging"))->total_bytes, before + 300 * kMib);
}

TEST_P(LinuxHostFileSystemTest, GivenReadOnlyAccessWhenStagedThenNothingCanBeWritten) {
  ASSERT_TRUE(Stage({.fs_type = GetParam()}));
  WriteFile(Path("staging/file"), "bytes");
  ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
  const auto staged = Stage({.read_only = true});
  ASSERT_TRUE(staged) << MessageOf(staged);
  EXPECT_EQ(ReadFile(Path("staging/file")), "bytes");
  EXPECT_FALSE(std::ofstream(Path("staging/other")).is_open());
  EXPECT_EQ(CodeOf(Stage()), StatusCode::ALREADY_EXISTS);
}

INSTANTIATE_TEST_SUITE_P(Types, LinuxHostFileSystemTest, testing::Values("ext3", "ext4", "xfs"),
                         [](const auto& tested) { return tested.param; });

TEST_F(LinuxHostTest, GivenMountFlagsWhenStagedThenTheKernelHasThem) {
  const VolumeAccess access{.fs_type = "ext4", .mount_flags = {"noatime", "noexec", "discard"}};
  ASSERT_TRUE(Stage(access));
  ASSERT_TRUE(Publish("a", access, true));
  const auto mounts = host_.Mounts();
  ASSERT_TRUE(mounts);
  for (const auto* name : {"staging", "a"}) {
    const auto* entry = FindMount(*mounts, Path(name));
    ASSERT_NE(entry, nullptr);
    EXPECT_THAT(entry->options, testing::IsSupersetOf({"noatime", "noexec", "discard"})) << name;
  }
  EXPECT_TRUE(FindMount(*mounts, Path("a"))->read_only);
  EXPECT_TRUE(Stage(access));
}

TEST_F(LinuxHostTest, GivenBlockWhenPublishedThenSameDeviceAndReadOnlyIsEnforced) {
  const VolumeAccess access{.block = true};
  ASSERT_TRUE(Stage(access));
  ASSERT_TRUE(Publish("a", access));
  ASSERT_TRUE(Publish("a", access));
  EXPECT_EQ(*host_.NumberOf(Path("a")), *host_.NumberOf(device_));
  EXPECT_EQ(staging().Usage("d-1", Path("a"))->total_bytes, 512 * kMib);
  Resize(768 * kMib);
  EXPECT_EQ(*Expand("a", 768 * kMib), 768 * kMib);
  ASSERT_TRUE(staging().Unpublish("d-1", Path("a")));
  EXPECT_FALSE(std::filesystem::exists(Path("a")));

  ASSERT_TRUE(Publish("a", access, true));
  const int fd = open(Path("a").c_str(), O_WRONLY | O_CLOEXEC);
  const std::array<char, 512> bytes{};
  EXPECT_TRUE(fd < 0 || pwrite(fd, bytes.data(), bytes.size(), 0) < 0);
  if (fd >= 0) close(fd);
  ASSERT_TRUE(staging().Unpublish("d-1", Path("a")));
  EXPECT_FALSE(*host_.IsReadOnly(device_));
  ASSERT_TRUE(Publish("a", access));
  EXPECT_FALSE(*host_.IsReadOnly(device_));
}

TEST_F(LinuxHostTest, GivenBlockReaderWhenPublishedWritableBesideThenBytesAreWrittenAndRead) {
  const VolumeAccess access{.block = true};
  ASSERT_TRUE(Publish("a", access, true));
  ASSERT_TRUE(Publish("a", access, true));
  ASSERT_TRUE(Publish("b", access));
  WriteFile(Path("b"), "bytes");
  ASSERT_TRUE(staging().Unpublish("d-1", Path("b")));
  EXPECT_TRUE(*host_.IsReadOnly(device_));
  EXPECT_EQ(ReadStart(Path("a")), "bytes");
  EXPECT_EQ(ReadStart(Image()), "bytes");
  ASSERT_TRUE(staging().Unpublish("d-1", Path("a")));
  EXPECT_FALSE(*host_.IsReadOnly(device_));
}

TEST_F(LinuxHostTest, GivenNumberThatAnEarlierUserLeftReadOnlyWhenStagedThenFormatted) {
  ASSERT_TRUE(host_.SetReadOnly(device_, true));
  const auto staged = Stage({.fs_type = "xfs"});
  ASSERT_TRUE(staged) << MessageOf(staged);
  WriteFile(Path("staging/file"), "bytes");
}

TEST_F(LinuxHostTest, GivenUnknownBytesWhenStagedThenNotFormatted) {
  {
    std::fstream file(device_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(511 * kMib);
    file << "precious" << std::flush;
  }
  EXPECT_EQ(CodeOf(Stage()), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(host_.Probe(device_)->kind, ContentKind::kEmpty);
  EXPECT_FALSE(*host_.EndsAreZero(device_));
}

TEST_F(LinuxHostTest, GivenContentsWhenProbedThenToldApart) {
  EXPECT_EQ(*host_.Probe(device_), (Content{.kind = ContentKind::kEmpty}));
  EXPECT_TRUE(*host_.EndsAreZero(device_));
  ASSERT_TRUE(host_.Format({device_, "xfs", {"-f", "-K"}}));
  EXPECT_EQ(*host_.Probe(device_), (Content{.kind = ContentKind::kFormatted, .type = "xfs"}));
  EXPECT_EQ(*host_.FileSystemBytes(device_, "xfs"), 512 * kMib);
  {
    std::fstream file(device_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(126);
    file.put('\1');
  }
  EXPECT_EQ(host_.Probe(device_)->kind, ContentKind::kUnfinished);
  ASSERT_TRUE(host_.Format({device_, "ext4", {"-F", "-q"}}));
  EXPECT_EQ(host_.Probe(device_)->type, "ext4");
  EXPECT_EQ(*host_.FileSystemBytes(device_, "ext4"), 512 * kMib);
  Output({"mkswap", "--force", device_});
  EXPECT_EQ(host_.Probe(device_)->kind, ContentKind::kOther);
}

TEST_F(LinuxHostTest, GivenDamagedExt4WhenStagedThenRefusedOrRepairedButNeverFormatted) {
  ASSERT_TRUE(Stage({.fs_type = "ext4"}));
  WriteFile(Path("staging/file"), "bytes");
  ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
  // The inode table's begin is destroyed: more than preen may repair.
  Output({"debugfs", "-w", "-R", "clri <2>", device_});
  Output({"debugfs", "-w", "-R", "ssv state 2", device_});
  const auto staged = Stage();
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION) << MessageOf(staged);
  EXPECT_EQ(host_.Probe(device_)->type, "ext4");
}

TEST_F(LinuxHostTest, GivenRestoredXfsWhenOriginIsMountedThenMountsBesideIt) {
  ASSERT_TRUE(Stage({.fs_type = "xfs"}));
  WriteFile(Path("staging/file"), "bytes");
  const int fd = open(Path("staging").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(syncfs(fd), 0);
  close(fd);
  std::filesystem::copy_file(Image(), Path("copy"));
  const auto second = Output({"losetup", "--find", "--show", Path("copy")});
  std::filesystem::create_symlink(second, Path("virtio-2"));
  const auto staged = staging().Stage(
      {.volume_id = "d-2", .staging_path = Path("b"), .serial = "2", .access = {}}, Soon());
  EXPECT_TRUE(staged) << MessageOf(staged);
  EXPECT_EQ(ReadFile(Path("b/file")), "bytes");
  EXPECT_TRUE(staging().Unstage("d-2", Path("b")));
  Output({"losetup", "--detach", second});
}

TEST_F(LinuxHostTest, GivenDeviceGoneWhenUnstagedThenUnmounts) {
  ASSERT_TRUE(Stage());
  ASSERT_TRUE(Publish("a"));
  std::filesystem::remove(Path("virtio-1"));
  EXPECT_TRUE(staging().Unpublish("d-1", Path("a")));
  EXPECT_TRUE(staging().Unstage("d-1", Path("staging")));
  EXPECT_EQ(FindMount(*host_.Mounts(), Path("staging")), nullptr);
}

// A disk as an installer leaves it: one partition, which starts at 1 MiB.
class PartitionRootTest : public LinuxHostTest {
 protected:
  void GivenTable(const char* kind, const std::vector<TablePartition>& partitions) {
    ASSERT_TRUE(WriteTable(device_, kind, partitions));
  }
  std::string OnlyPartition() {
    const auto partitions = host_.Partitions(device_);
    EXPECT_TRUE(partitions && partitions->size() == 1U);
    return partitions && !partitions->empty() ? partitions->front() : "";
  }
  std::int64_t Total(const std::string& name) {
    const auto usage = staging().Usage("d-1", Path(name));
    EXPECT_TRUE(usage && usage->file_system) << MessageOf(usage);
    return usage ? usage->total_bytes : 0;
  }
  // Mounted, grown while mounted, grown while not, without a byte lost.
  void LiveWith(const std::string& fs_type, const std::vector<std::string>& mkfs) {
    const auto partition = OnlyPartition();
    EXPECT_EQ(host_.WholeDisk(*host_.NumberOf(partition)), *host_.NumberOf(device_));
    auto words = mkfs;
    words.push_back(partition);
    Output(words);
    for (int i = 0; i < 2; ++i) {
      const auto staged = Stage({.fs_type = fs_type});
      ASSERT_TRUE(staged) << MessageOf(staged);
      ASSERT_TRUE(Publish("a"));
    }
    WriteFile(Path("a/file"), "bytes");
    const auto before = Total("a");
    Resize(768 * kMib);
    const auto expanded = Expand("a", 768 * kMib);
    if (!expanded) {
      // Mounted ext4 grows only where the kernel lets this process.
      ASSERT_EQ(CodeOf(expanded), StatusCode::FAILED_PRECONDITION) << MessageOf(expanded);
    } else {
      EXPECT_GT(Total("a"), before + 200 * kMib);
    }
    EXPECT_GT(*host_.DeviceBytes(partition), 760 * kMib);
    ASSERT_TRUE(staging().Unpublish("d-1", Path("a")));
    ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
    Resize(1024 * kMib);
    const auto staged = Stage({.fs_type = fs_type});
    ASSERT_TRUE(staged) << MessageOf(staged);
    EXPECT_GT(Total("staging"), before + 400 * kMib);
    EXPECT_EQ(ReadFile(Path("staging/file")), "bytes");
    EXPECT_EQ(OnlyPartition(), partition);
  }
};

TEST_F(PartitionRootTest, GivenXfsOnTheOnlyPartitionOfAnMbrWhenWholeLifeThenMountedAndGrown) {
  GivenTable("dos", {{.start = kMib, .bytes = 511 * kMib}});
  LiveWith("xfs", {"mkfs.xfs", "-q", "-f"});
}

TEST_F(PartitionRootTest, GivenExt4OnTheOnlyPartitionOfAGptWhenWholeLifeThenMountedAndGrown) {
  GivenTable("gpt", {{.start = kMib, .bytes = 510 * kMib}});
  LiveWith("ext4", {"mkfs.ext4", "-q", "-F"});
  // The kernel reads the grown table as we have written it.
  ASSERT_TRUE(staging().Unstage("d-1", Path("staging")));
  const auto bytes = *host_.DeviceBytes(OnlyPartition());
  Output({"losetup", "--detach", device_});
  device_ = Output({"losetup", "--partscan", "--find", "--show", Image()});
  EXPECT_EQ(*host_.DeviceBytes(OnlyPartition()), bytes);
}

TEST_F(PartitionRootTest, GivenTwoPartitionsWhenStagedThenRefused) {
  GivenTable("dos",
             {{.start = kMib, .bytes = 100 * kMib}, {.start = 200 * kMib, .bytes = 100 * kMib}});
  const auto staged = Stage();
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(MessageOf(staged), device_ +
                                   " holds a dos partition table with 2 partitions: only a "
                                   "disk with one is mounted");
}

}  // namespace
}  // namespace driver
