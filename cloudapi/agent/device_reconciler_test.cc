#include "cloudapi/agent/device_reconciler.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cloudapi/agent/testing/fake_file_systems.h"
#include "cloudapi/agent/testing/fake_loop_devices.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr const char* kDisk = "d-bp1disk0000000000001";
constexpr const char* kSerial = "bp1disk0000000000001";

class DeviceReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"dev", "blocks", "by-id", "by-id-2"}) {
      std::filesystem::create_directory(root_ / folder);
    }
    kernel_ = std::make_unique<FakeLoopDevices>(root_ / "dev");
    kernel_->owner = "i-1";
    reconciler_ = Start();
    Image(1, kMiB);
  }

  std::unique_ptr<DeviceReconciler> Start(const std::string& instance = "i-1",
                                          const std::string& by_id = "by-id") {
    return std::make_unique<DeviceReconciler>(
        DeviceReconcilerOptions{
            .instance_id = instance, .blocks_dir = root_ / "blocks", .by_id_dir = root_ / by_id},
        *kernel_, freezer_);
  }
  void Image(std::int64_t generation, std::int64_t bytes) {
    const auto path = root_ / "blocks" / DiskImage(kDisk, generation);
    std::ofstream(path, std::ios::app).close();
    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(bytes));
  }
  void RemoveImage(std::int64_t generation) {
    const auto path = root_ / "blocks" / DiskImage(kDisk, generation);
    std::filesystem::remove(path);
    kernel_->Unlinked(path);
  }
  static WantedSet Wanted(std::int64_t generation = 1, std::int64_t bytes = kMiB) {
    return {.revision = 7,
            .disks = {{.disk = kDisk,
                       .serial = kSerial,
                       .image = DiskImage(kDisk, generation),
                       .generation = generation,
                       .bytes = bytes}}};
  }
  std::filesystem::path LinkPath() const {
    return root_ / "by-id" / ("virtio-" + std::string(kSerial));
  }
  bool HasLink() const { return std::filesystem::is_symlink(LinkPath()); }

  TempFolder folder_;
  const std::filesystem::path root_ = folder_.path();
  FakeEnv env_;
  FakeFileSystems file_systems_;
  Freezer freezer_{env_, file_systems_, root_};
  std::unique_ptr<FakeLoopDevices> kernel_;
  std::unique_ptr<DeviceReconciler> reconciler_;
};

TEST_F(DeviceReconcilerTest, GivenWantedDiskWhenReconciledTwiceThenOneDeviceWithLink) {
  for (int i = 0; i < 2; ++i) {
    const ObservedSet observed = reconciler_->Reconcile(Wanted());
    EXPECT_TRUE(reconciler_->Converged());
    EXPECT_EQ(observed.revision, 7);
    ASSERT_EQ(observed.disks.size(), 1U);
    EXPECT_EQ(observed.disks[0],
              (PresentDisk{.disk = kDisk, .generation = 1, .bytes = kMiB, .linked = true}));
  }
  EXPECT_EQ(kernel_->Count(), 1U);
  EXPECT_EQ(std::filesystem::read_symlink(LinkPath()), root_ / "dev" / "loop0");
}

TEST_F(DeviceReconcilerTest, GivenDeviceThatIsReadAndWrittenWhenReconciledThenReportsItsTotals) {
  reconciler_->Reconcile(Wanted());
  kernel_->totals[0] = {.reads = 1,
                        .writes = 2,
                        .read_bytes = 3,
                        .written_bytes = 4,
                        .read_micros = 5,
                        .write_micros = 6};
  const PresentDisk disk = reconciler_->Reconcile(Wanted()).disks.at(0);
  EXPECT_EQ((LoopTotals{disk.reads, disk.writes, disk.read_bytes, disk.written_bytes,
                        disk.read_micros, disk.write_micros}),
            kernel_->totals[0]);
}

TEST_F(DeviceReconcilerTest, GivenDeviceWhenNoLongerWantedThenGone) {
  reconciler_->Reconcile(Wanted());
  const ObservedSet observed = reconciler_->Reconcile({.revision = 8});
  EXPECT_TRUE(reconciler_->Converged());
  EXPECT_TRUE(observed.disks.empty());
  EXPECT_EQ(kernel_->Count(), 0U);
  EXPECT_FALSE(HasLink());
}

TEST_F(DeviceReconcilerTest, GivenMountedDeviceWhenNoLongerWantedThenReportedUntilTheKernelLetsGo) {
  reconciler_->Reconcile(Wanted());
  kernel_->in_use.insert(0);
  ObservedSet observed = reconciler_->Reconcile({.revision = 8});
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_FALSE(observed.disks[0].linked);
  EXPECT_FALSE(reconciler_->Converged());
  EXPECT_FALSE(HasLink());
  kernel_->Release(0);
  observed = reconciler_->Reconcile({.revision = 8});
  EXPECT_TRUE(observed.disks.empty());
  EXPECT_TRUE(reconciler_->Converged());
}

TEST_F(DeviceReconcilerTest, GivenRestartWhenReconciledThenRecoversItsOwnDevice) {
  reconciler_->Reconcile(Wanted());
  reconciler_ = Start();
  const ObservedSet observed = reconciler_->Reconcile(Wanted());
  EXPECT_EQ(observed.disks.size(), 1U);
  EXPECT_EQ(kernel_->Count(), 1U);
}

TEST_F(DeviceReconcilerTest, GivenCrashBeforeLinkWhenRestartedThenDeviceIsFoundAndLinked) {
  reconciler_->Reconcile(Wanted());
  std::filesystem::remove(LinkPath());
  reconciler_ = Start();
  const ObservedSet observed = reconciler_->Reconcile(Wanted());
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_TRUE(observed.disks[0].linked);
  EXPECT_TRUE(HasLink());
  EXPECT_EQ(kernel_->Count(), 1U);
}

TEST_F(DeviceReconcilerTest, GivenCrashBeforeLinkWhenRestartedUnwantedThenReleased) {
  reconciler_->Reconcile(Wanted());
  std::filesystem::remove(LinkPath());
  reconciler_ = Start();
  reconciler_->Reconcile({.revision = 9});
  EXPECT_EQ(kernel_->Count(), 0U);
}

TEST_F(DeviceReconcilerTest, GivenOtherNodesDeviceWhenReconciledThenUntouchedAndNotPresented) {
  reconciler_->Reconcile(Wanted());
  kernel_->owner = "i-2";
  const auto other = Start("i-2", "by-id-2");
  const ObservedSet observed = other->Reconcile(Wanted());
  EXPECT_TRUE(observed.disks.empty());
  EXPECT_FALSE(other->Converged());
  ASSERT_EQ(other->Errors().size(), 1U);
  EXPECT_NE(other->Errors()[0].find("another node"), std::string::npos);
  other->Reconcile({.revision = 9});
  EXPECT_EQ(kernel_->Count(), 1U);
  EXPECT_TRUE(HasLink());
}

TEST_F(DeviceReconcilerTest, GivenSharedDiskWhenTwoNodesPresentItThenBothHaveADevice) {
  WantedSet wanted = Wanted();
  wanted.disks[0].shared = true;
  reconciler_->Reconcile(wanted);
  kernel_->owner = "i-2";
  const auto other = Start("i-2", "by-id-2");
  const ObservedSet observed = other->Reconcile(wanted);
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_TRUE(observed.disks[0].linked);
  EXPECT_EQ(kernel_->Count(), 2U);
  other->Reconcile({.revision = 9});
  EXPECT_EQ(kernel_->Count(), 1U);
  EXPECT_TRUE(HasLink());
}

TEST_F(DeviceReconcilerTest, GivenOtherCloudsDeviceOfTheSameInstanceIdWhenReconciledThenUntouched) {
  kernel_->Put({.number = 5,
                .backing_file = "/elsewhere/" + DiskImage("d-bp1other", 1),
                .file = {.device = 99, .inode = 5},
                .tag = DeviceTag("i-1", {.device = 99, .inode = 128})});
  reconciler_->Reconcile({.revision = 1});
  EXPECT_TRUE(kernel_->Has(5));
}

TEST_F(DeviceReconcilerTest, GivenFreeDeviceTakenByOthersWhenConfiguredThenTriesTheNext) {
  const LoopDevice foreign{.backing_file = "/home/iso.img", .file = {.device = 7, .inode = 7}};
  kernel_->stolen = {foreign, foreign, foreign};
  const ObservedSet observed = reconciler_->Reconcile(Wanted());
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_TRUE(kernel_->stolen.empty());
  EXPECT_EQ(std::filesystem::read_symlink(LinkPath()), root_ / "dev" / "loop3");
  reconciler_->Reconcile({.revision = 9});
  EXPECT_EQ(kernel_->Count(), 3U);
}

TEST_F(DeviceReconcilerTest, GivenNumberLeftReadOnlyWhenPresentedThenWritable) {
  kernel_->read_only = {0};
  reconciler_->Reconcile(Wanted());
  EXPECT_TRUE(HasLink());
  EXPECT_TRUE(kernel_->read_only.empty());
}

TEST_F(DeviceReconcilerTest, GivenDeviceReleasedInUseWhenWantedAgainThenItStaysAfterTheLastClose) {
  reconciler_->Reconcile(Wanted());
  kernel_->in_use.insert(0);
  reconciler_->Reconcile({.revision = 8});
  reconciler_->Reconcile(Wanted());
  kernel_->Release(0);
  EXPECT_TRUE(kernel_->Has(0));
  EXPECT_TRUE(HasLink());
}

TEST_F(DeviceReconcilerTest, GivenLargerImageWhenWantedLargerThenDeviceGrowsBeforeItIsLinked) {
  reconciler_->Reconcile(Wanted());
  Image(1, 4 * kMiB);
  const ObservedSet observed = reconciler_->Reconcile(Wanted(1, 4 * kMiB));
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_EQ(observed.disks[0].bytes, 4 * kMiB);
  EXPECT_TRUE(observed.disks[0].linked);
}

TEST_F(DeviceReconcilerTest, GivenNextGenerationWhenOldOneIsMountedThenWaitsForIt) {
  reconciler_->Reconcile(Wanted());
  kernel_->in_use.insert(0);
  Image(2, kMiB);
  RemoveImage(1);
  reconciler_->Reconcile(Wanted(2));
  EXPECT_FALSE(reconciler_->Converged());
  EXPECT_FALSE(HasLink()) << "the fenced generation must not be found";
  EXPECT_EQ(kernel_->Count(), 1U);
  kernel_->Release(0);
  const ObservedSet observed = reconciler_->Reconcile(Wanted(2));
  ASSERT_EQ(observed.disks.size(), 1U);
  EXPECT_EQ(observed.disks[0].generation, 2);
  EXPECT_TRUE(HasLink());
}

TEST_F(DeviceReconcilerTest, GivenFlushTicketWhenReconciledTwiceThenFlushedOnceAndReported) {
  reconciler_->Reconcile(Wanted());
  WantedSet wanted = Wanted();
  wanted.disks[0].flush = 3;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reconciler_->Reconcile(wanted).disks[0].flushed, 3U);
  EXPECT_EQ(kernel_->flushes[0], 1);
  wanted.disks[0].flush = 4;
  EXPECT_EQ(reconciler_->Reconcile(wanted).disks[0].flushed, 4U);
  EXPECT_EQ(kernel_->flushes[0], 2);
}

TEST_F(DeviceReconcilerTest, GivenTypeWithNvmeWhenReconciledThenItsLinkAloneAndGoneWithTheDisk) {
  const auto nvme =
      root_ / "by-id" / ("nvme-Alibaba_Cloud_Elastic_Block_Storage_" + std::string(kSerial));
  reconciler_->Reconcile(Wanted());
  ASSERT_TRUE(HasLink());
  WantedSet wanted = Wanted();
  wanted.disks[0].nvme = true;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(reconciler_->Reconcile(wanted).disks[0].linked);
  EXPECT_FALSE(HasLink());
  EXPECT_EQ(std::filesystem::read_symlink(nvme), root_ / "dev" / "loop0");
  EXPECT_EQ(kernel_->Count(), 1U);
  reconciler_->Reconcile({.revision = 8});
  EXPECT_FALSE(std::filesystem::is_symlink(nvme));
}

TEST_F(DeviceReconcilerTest, GivenStaleLinksWhenReconciledThenOnlyThoseToLoopDevicesGo) {
  std::filesystem::create_symlink("/dev/loop9", root_ / "by-id" / "virtio-gone");
  std::filesystem::create_symlink("../../vda", root_ / "by-id" / "virtio-real");
  std::ofstream(root_ / "by-id" / "virtio-file").close();
  reconciler_->Reconcile({.revision = 1});
  EXPECT_FALSE(std::filesystem::is_symlink(root_ / "by-id" / "virtio-gone"));
  EXPECT_TRUE(std::filesystem::is_symlink(root_ / "by-id" / "virtio-real"));
  EXPECT_TRUE(std::filesystem::exists(root_ / "by-id" / "virtio-file"));
}

TEST_F(DeviceReconcilerTest, GivenMissingImageWhenReconciledThenSaysSo) {
  RemoveImage(1);
  EXPECT_TRUE(reconciler_->Reconcile(Wanted()).disks.empty());
  EXPECT_FALSE(reconciler_->Converged());
  ASSERT_EQ(reconciler_->Errors().size(), 1U);
  EXPECT_NE(reconciler_->Errors()[0].find("missing"), std::string::npos);
}

TEST(DeviceTagTest, GivenAnyInstanceIdWhenTaggedThenFitsAndDiffers) {
  const FileIdentity folder{.device = 1, .inode = ~std::uint64_t{0}};
  const std::string longest(64, 'x');
  EXPECT_LT(DeviceTag(longest, folder).size(), 64U);
  EXPECT_NE(DeviceTag(longest, folder), DeviceTag(longest + "y", folder));
  EXPECT_NE(DeviceTag("i-1", folder), DeviceTag("i-2", folder));
  EXPECT_NE(DeviceTag("i-1", folder), DeviceTag("i-1", {.device = 1, .inode = 2}));
}

TEST_F(DeviceReconcilerTest, GivenFreezeWhenReconciledThenFlushedBeforeAndThawedWithTheDevice) {
  WantedSet wanted = Wanted();
  wanted.disks[0].freeze = 5;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reconciler_->Reconcile(wanted).disks[0].frozen, 5U);
  EXPECT_EQ(kernel_->flushes[0], 1);
  EXPECT_EQ(file_systems_.Log(), std::vector<std::string>{"freeze loop0"});
  reconciler_->Reconcile({.revision = 8});
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_EQ(kernel_->Count(), 0U);
}

TEST_F(DeviceReconcilerTest, GivenDeviceThatCannotBeFrozenThenSaidAndTriedAgain) {
  file_systems_.Refuse(true);
  WantedSet wanted = Wanted();
  wanted.disks[0].freeze = 5;
  EXPECT_EQ(reconciler_->Reconcile(wanted).disks[0].frozen, 0U);
  EXPECT_EQ(reconciler_->Errors(), std::vector<std::string>{"no right to freeze"});
  file_systems_.Refuse(false);
  EXPECT_EQ(reconciler_->Reconcile(wanted).disks[0].frozen, 5U);
}

}  // namespace
}  // namespace cloudapi
