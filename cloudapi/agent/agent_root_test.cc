// Needs root: the device reconciler with this kernel's loop devices and real images.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "cloudapi/agent/device_reconciler.h"
#include "cloudapi/base/system_env.h"
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
    freezer_ = std::make_unique<Freezer>(env_, *file_systems_, root_);
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
    freezer_.reset();
    blocks_.reset();
    if (!root_.empty()) std::filesystem::remove_all(root_);
  }
  DeviceReconciler Node(const std::string& instance) {
    std::filesystem::create_directories(root_ / instance);
    return DeviceReconciler(
        {.instance_id = instance, .blocks_dir = blocks_->Folder(), .by_id_dir = root_ / instance},
        *loops_, *freezer_);
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
  SystemEnv env_;
  std::unique_ptr<LoopDevices> loops_;
  std::unique_ptr<FileSystems> file_systems_ = LinuxFileSystems("/dev");
  std::unique_ptr<Freezer> freezer_;
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
    const PresentDisk flushed = node.Reconcile(wanted).disks[0];
    EXPECT_EQ(flushed.flushed, 1U);
    EXPECT_GE(flushed.written_bytes, observed.disks[0].written_bytes + 512);
    EXPECT_GT(flushed.writes, observed.disks[0].writes);
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

// Two disks of one node, each with a mounted xfs.
class FreezeTest : public RealDevicesTest {
 protected:
  static constexpr std::array<const char*, 2> kDisks = {"d-bp1root000000000000a",
                                                        "d-bp1root000000000000b"};

  void SetUp() override {
    RealDevicesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    for (const char* disk : kDisks) ASSERT_TRUE(blocks_->Create(DiskImage(disk, 1), kBytes));
    node_ = std::make_unique<DeviceReconciler>(Node("i-1"));
    node_->Reconcile(Both(0));
    ASSERT_TRUE(node_->Converged()) << (node_->Errors().empty() ? "" : node_->Errors()[0]);
    for (const char* disk : kDisks) {
      ASSERT_EQ(Run("mkfs.xfs -q " + DeviceOf(disk).string()), 0);
      std::filesystem::create_directory(Mount(disk));
      ASSERT_EQ(Run("mount " + DeviceOf(disk).string() + " " + Mount(disk).string()), 0);
    }
  }
  void TearDown() override {
    if (freezer_) freezer_->ThawAll();
    for (const char* disk : kDisks) {
      if (std::filesystem::exists(Mount(disk))) Run("umount " + Mount(disk).string());
    }
    node_.reset();
    RealDevicesTest::TearDown();
  }

  static int Run(const std::string& command) { return std::system(command.c_str()); }
  static WantedSet Both(std::uint64_t freeze) {
    WantedSet wanted{.revision = 1};
    for (const char* disk : kDisks) {
      wanted.disks.push_back({.disk = disk,
                              .serial = std::string(disk).substr(2),
                              .image = DiskImage(disk, 1),
                              .generation = 1,
                              .bytes = kBytes,
                              .freeze = freeze});
    }
    return wanted;
  }
  std::filesystem::path DeviceOf(const std::string& disk) {
    return root_ / "i-1" / ("virtio-" + disk.substr(2));
  }
  std::filesystem::path Mount(const std::string& disk) { return root_ / ("mount-" + disk); }
  std::string LoopOf(const std::string& disk) {
    return std::filesystem::read_symlink(DeviceOf(disk)).filename();
  }
  static void WriteCounter(const std::filesystem::path& file, std::uint64_t value) {
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::pwrite(opened.Get(), &value, sizeof value, 0), ssize_t{sizeof value});
  }
  // What a clone of the disk's image holds.
  std::uint64_t CounterIn(const std::string& disk, const std::string& snapshot) {
    const auto folder = root_ / "look";
    std::filesystem::create_directories(folder);
    const auto image = blocks_->Folder() / snapshot;
    EXPECT_EQ(Run("mount -o loop,nouuid " + image.string() + " " + folder.string()), 0) << disk;
    std::uint64_t value = 0;
    std::ifstream(folder / "counter").read(reinterpret_cast<char*>(&value), sizeof value);
    EXPECT_EQ(Run("umount " + folder.string()), 0);
    return value;
  }
  // Ends once the file system takes the write.
  std::future<void> WriteTo(const std::string& disk) {
    return std::async(std::launch::async,
                      [file = Mount(disk) / "written"] { WriteCounter(file, 1); });
  }
  static bool IsHeldUp(std::future<void>& writing) {
    return writing.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout;
  }

  static constexpr std::int64_t kBytes = 320 * kMiB;
  std::unique_ptr<DeviceReconciler> node_;
};

// The counter is written to the first disk, then to the second one: a cut at one moment never has
// the second ahead of the first, nor more than one behind.
TEST_F(FreezeTest, GivenWriterOnTwoDisksWhenCutInAFreezeThenTheCopiesAreOfOneMoment) {
  std::atomic<std::uint64_t> written = 0;
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::uint64_t next = written + 1;
      WriteCounter(Mount(kDisks[0]) / "counter", next);
      WriteCounter(Mount(kDisks[1]) / "counter", next);
      written = next;
    }
  });
  std::uint64_t before = 0;
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) {
    while (written < before + 10) std::this_thread::yield();
    for (const PresentDisk& disk : node_->Reconcile(Both(ticket)).disks)
      ASSERT_EQ(disk.frozen, ticket);
    const std::uint64_t at_freeze = written;
    ASSERT_TRUE(blocks_->Clone(DiskImage(kDisks[0], 1), "s-1.img", 0, nullptr));
    ASSERT_TRUE(blocks_->Clone(DiskImage(kDisks[1], 1), "s-2.img", 0, nullptr));
    for (const PresentDisk& disk : node_->Reconcile(Both(0)).disks) ASSERT_EQ(disk.held, ticket);
    const std::uint64_t first = CounterIn(kDisks[0], "s-1.img");
    const std::uint64_t second = CounterIn(kDisks[1], "s-2.img");
    EXPECT_GE(first, second);
    EXPECT_LE(first, second + 1);
    EXPECT_GE(first, at_freeze) << "what was written before the freeze is there";
    before = written;
  }
}

TEST_F(FreezeTest, GivenFreezeThatNoOneEndsThenTheWatchdogThaws) {
  freezer_ = std::make_unique<Freezer>(env_, *file_systems_, root_, std::chrono::milliseconds(500));
  ASSERT_TRUE(freezer_->Freeze(kDisks[0], LoopOf(kDisks[0]), 1));
  auto writing = WriteTo(kDisks[0]);
  EXPECT_TRUE(IsHeldUp(writing));
  ASSERT_EQ(writing.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(freezer_->FrozenFor(kDisks[0]), 0U);
  freezer_->Thaw(kDisks[0]);
  EXPECT_EQ(freezer_->HeldFor(kDisks[0]), 0U);
}

TEST_F(FreezeTest, GivenProcessKilledWhileFrozenThenTheNextOneThaws) {
  const std::string device = LoopOf(kDisks[0]);
  const pid_t child = ::fork();
  if (child == 0) {
    Freezer doomed(env_, *file_systems_, root_);
    static_cast<void>(doomed.Freeze(kDisks[0], device, 1));
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto writing = WriteTo(kDisks[0]);
  EXPECT_TRUE(IsHeldUp(writing));
  const Freezer next(env_, *file_systems_, root_);
  EXPECT_EQ(writing.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(FreezeTest, GivenRawAndReadOnlyDevicesWhenFrozenThenNoneCounts) {
  ASSERT_EQ(Run("mount -o remount,ro " + Mount(kDisks[0]).string()), 0);
  ASSERT_EQ(Run("umount " + Mount(kDisks[1]).string()), 0);
  for (const char* disk : kDisks) {
    const auto frozen = file_systems_->Freeze(LoopOf(disk));
    ASSERT_TRUE(frozen) << frozen.error().message;
    EXPECT_EQ(*frozen, 0);
    EXPECT_TRUE(file_systems_->Thaw(LoopOf(disk)));
  }
}

}  // namespace
}  // namespace cloudapi
