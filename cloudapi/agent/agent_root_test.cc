// Needs root: the device reconciler with this kernel's loop devices and real images.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "cloudapi/agent/device_reconciler.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/images/system_error.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr const char* kDisk = "d-bp1root0000000000001";

class RealDevicesTest : public testing::Test {
 protected:
  void SetUp() override {
    loops_ = LinuxLoopDevices("/dev");
    if (const auto usable = loops_->CheckUsable(); !usable) GTEST_SKIP() << usable.error().message;
    std::string pattern = testing::TempDir() + "zonedisk-devices-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto blocks = OpenBlocks({.data_dir = root_, .proof = "p"}, nullptr);
    ASSERT_TRUE(blocks) << blocks.error().message;
    blocks_ = std::move(*blocks);
    if (blocks_->Method() == "copy") GTEST_SKIP() << "no shared extents on this machine";
    ASSERT_TRUE(blocks_->Create(DiskImage(kDisk, 1), 64 * kMiB));
  }
  void TearDown() override {
    for (const char* node : {"i-1", "i-2"}) {
      if (blocks_) Node(node).Reconcile({});
    }
    blocks_.reset();
    if (!root_.empty()) std::filesystem::remove_all(root_);
  }
  DeviceReconciler Node(const std::string& instance) {
    std::filesystem::create_directories(root_ / instance);
    return DeviceReconciler(
        {.instance_id = instance, .blocks_dir = blocks_->Folder(), .by_id_dir = root_ / instance},
        *loops_);
  }
  static WantedSet Wanted(std::int64_t generation, std::int64_t bytes = 64 * kMiB) {
    return {.revision = 1,
            .disks = {{.disk = kDisk,
                       .serial = "bp1root0000000000001",
                       .image = DiskImage(kDisk, generation),
                       .generation = generation,
                       .bytes = bytes}}};
  }
  std::filesystem::path Link(const std::string& instance) {
    return root_ / instance / "virtio-bp1root0000000000001";
  }
  static void Write(int device, const std::string& text) {
    ASSERT_EQ(::pwrite(device, text.data(), text.size(), 4096), std::ssize(text));
  }
  static std::string Read(const std::filesystem::path& path) {
    std::string text(5, '?');
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::pread(file.Get(), text.data(), text.size(), 4096), 5);
    return text;
  }

  std::filesystem::path root_;
  std::unique_ptr<LoopDevices> loops_;
  std::unique_ptr<Blocks> blocks_;
};

TEST_F(RealDevicesTest, GivenDiskWhenPresentedWrittenFlushedAndClonedThenTheCloneHasTheBytes) {
  DeviceReconciler node = Node("i-1");
  ObservedSet observed = node.Reconcile(Wanted(1));
  ASSERT_TRUE(node.Converged()) << (node.Errors().empty() ? "" : node.Errors()[0]);
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_EQ(observed.disks[0].bytes, 64 * kMiB);
  {
    const FileDescriptor device(::open(Link("i-1").c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(device) << Link("i-1");
    Write(device.Get(), "bytes");  // in the device's page cache only
    WantedSet wanted = Wanted(1);
    wanted.disks[0].flush = 1;
    EXPECT_EQ(node.Reconcile(wanted).disks[0].flushed, 1U);
  }
  ASSERT_TRUE(blocks_->Clone(DiskImage(kDisk, 1), "s-1.img", 0, nullptr));
  EXPECT_EQ(Read(blocks_->Folder() / "s-1.img"), "bytes");
  ASSERT_TRUE(blocks_->Grow(DiskImage(kDisk, 1), 128 * kMiB));
  EXPECT_EQ(node.Reconcile(Wanted(1, 128 * kMiB)).disks[0].bytes, 128 * kMiB);
  EXPECT_TRUE(node.Reconcile({.revision = 2}).disks.empty());
  EXPECT_FALSE(std::filesystem::is_symlink(Link("i-1")));
}

TEST_F(RealDevicesTest, GivenOtherNodeHoldsTheImageWhenPresentedThenRefusedUntilItLetsGo) {
  DeviceReconciler first = Node("i-1");
  DeviceReconciler second = Node("i-2");
  first.Reconcile(Wanted(1));
  EXPECT_TRUE(second.Reconcile(Wanted(1)).disks.empty());
  EXPECT_FALSE(second.Converged());
  first.Reconcile({.revision = 2});
  EXPECT_EQ(second.Reconcile(Wanted(1)).disks.size(), 1U);
}

TEST_F(RealDevicesTest, GivenWriterOnAFencedGenerationWhenItGoesOnThenTheNextIsNotTouched) {
  DeviceReconciler lost = Node("i-1");
  lost.Reconcile(Wanted(1));
  FileDescriptor writer(::open(Link("i-1").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(writer);
  Write(writer.Get(), "bytes");
  ASSERT_EQ(::fsync(writer.Get()), 0);
  // What the cloud does once the lease is over.
  ASSERT_TRUE(blocks_->Clone(DiskImage(kDisk, 1), DiskImage(kDisk, 2), 0, nullptr));
  ASSERT_TRUE(blocks_->Remove(DiskImage(kDisk, 1)));
  DeviceReconciler next = Node("i-2");
  ASSERT_EQ(next.Reconcile(Wanted(2)).disks.size(), 1U);
  Write(writer.Get(), "WRONG");
  ASSERT_EQ(::fsync(writer.Get()), 0);
  EXPECT_EQ(Read(Link("i-2")), "bytes");
  // The lost node's agent comes back: its device goes as soon as the writer does.
  DeviceReconciler back = Node("i-1");
  EXPECT_EQ(back.Reconcile({.revision = 3}).disks.size(), 1U);
  writer = FileDescriptor();
  EXPECT_TRUE(back.Reconcile({.revision = 3}).disks.empty());
  EXPECT_EQ(next.Reconcile(Wanted(2)).disks.size(), 1U);
}

// What an earlier user of a loop number set stays with the number when its file is gone.
TEST_F(RealDevicesTest, GivenNumberThatAnEarlierUserSpoiltWhenPresentedThenAFileSystemIsMadeOnIt) {
  constexpr std::int64_t kBytes = 512 * kMiB;
  ASSERT_TRUE(blocks_->Grow(DiskImage(kDisk, 1), kBytes));
  const auto number = loops_->FindFree();
  ASSERT_TRUE(number);
  const auto device = loops_->Node(*number);
  ASSERT_TRUE(device);
  const std::string queue = "/sys/block/" + device->filename().string() + "/queue/";
  {
    const FileDescriptor spoilt(::open(device->c_str(), O_RDONLY | O_CLOEXEC));
    const int read_only = 1;
    ASSERT_EQ(::ioctl(spoilt.Get(), BLKROSET, &read_only), 0);
    ASSERT_EQ(::ioctl(spoilt.Get(), BLKRASET, 8192UL), 0);
    std::ofstream(queue + "write_cache") << "write through";
  }
  DeviceReconciler node = Node("i-1");
  node.Reconcile(Wanted(1, kBytes));
  ASSERT_EQ(std::filesystem::read_symlink(Link("i-1")), *device) << "another process took it";
  const std::string mkfs = "mkfs.xfs -q " + Link("i-1").string();
  EXPECT_EQ(std::system(mkfs.c_str()), 0);
  std::string line;
  std::getline(std::ifstream(queue + "read_ahead_kb") >> std::ws, line);
  EXPECT_EQ(line, "128");
  std::getline(std::ifstream(queue + "write_cache") >> std::ws, line);
  EXPECT_EQ(line, "write back");
}

// What a shared disk is for: bytes that one node has written out are what the other one reads when
// it asks the device and not its own cache.
// A table may be written onto any disk: its partitions are devices, and go with the disk.
TEST_F(RealDevicesTest, GivenPartitionOnADiskWhenToldThenTheKernelTakesItAndDropsItWithTheDisk) {
  DeviceReconciler node = Node("i-1");
  node.Reconcile(Wanted(1));
  const auto name = std::filesystem::read_symlink(Link("i-1")).filename().string();
  const auto partition = std::filesystem::path("/sys/block") / name / (name + "p1");
  {
    const FileDescriptor device(::open(Link("i-1").c_str(), O_RDWR | O_CLOEXEC));
    blkpg_partition added = {};
    added.start = kMiB;
    added.length = 8 * kMiB;
    added.pno = 1;
    blkpg_ioctl_arg argument = {};
    argument.op = BLKPG_ADD_PARTITION;
    argument.datalen = sizeof added;
    argument.data = &added;
    ASSERT_EQ(::ioctl(device.Get(), BLKPG, &argument), 0) << std::strerror(errno);
  }
  EXPECT_TRUE(std::filesystem::exists(partition));
  node.Reconcile(Wanted(1));
  EXPECT_TRUE(std::filesystem::exists(partition)) << "a later round leaves it";
  node.Reconcile({.revision = 2});
  EXPECT_FALSE(std::filesystem::exists(partition));
}

TEST_F(RealDevicesTest, GivenSharedDiskWhenOneNodeWritesThenTheOtherReadsItFromTheDevice) {
  WantedSet wanted = Wanted(1);
  wanted.disks[0].shared = true;
  DeviceReconciler first = Node("i-1");
  DeviceReconciler second = Node("i-2");
  first.Reconcile(wanted);
  second.Reconcile(wanted);
  ASSERT_TRUE(first.Converged() && second.Converged());
  const FileDescriptor writer(::open(Link("i-1").c_str(), O_RDWR | O_CLOEXEC));
  const FileDescriptor reader(::open(Link("i-2").c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  ASSERT_TRUE(writer && reader);
  alignas(4096) std::array<char, 4096> block{};
  for (const char* text : {"first", "again"}) {
    Write(writer.Get(), text);
    ASSERT_EQ(::fsync(writer.Get()), 0);
    ASSERT_EQ(::pread(reader.Get(), block.data(), block.size(), 4096), std::ssize(block));
    EXPECT_EQ(std::string(block.data(), 5), text);
  }
}

}  // namespace
}  // namespace cloudapi
