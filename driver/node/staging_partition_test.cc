// Disks with a partition table.
#include "driver/node/staging.h"
#include "driver/node/staging_file_system.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class PartitionTest : public StagingFixture, public testing::WithParamInterface<std::string> {
 protected:
  static constexpr const char* kPartition = "/dev/vdb1";
  static constexpr std::int64_t kRoom = 1 << 20;  // that the table takes

  void GivenPartition(const std::string& fs_type) {
    auto& partition = host_.AddPartition(kNode, kPartition);
    partition.content = {.kind = ContentKind::kFormatted, .type = fs_type};
    partition.fs_bytes = partition.bytes;
    partition.data = "kept";
  }
  // The disk alone: its table and the file system are as before.
  void GrowDisk(std::int64_t bytes) { host_.Device(kNode).bytes = bytes; }
};

TEST_P(PartitionTest, GivenOneWithAFileSystemWhenWholeLifeThenItIsTheVolume) {
  GivenPartition(GetParam());
  for (int i = 0; i < 2; ++i) {
    const auto staged = staging_.Stage(ToStage(), Soon());
    ASSERT_TRUE(staged) << MessageOf(staged);
    const auto published = staging_.Publish(ToPublish(), Soon());
    ASSERT_TRUE(published) << MessageOf(published);
  }
  EXPECT_EQ(host_.MountAt(kStaging)->source, kPartition);
  EXPECT_EQ(host_.Read(kTarget), "kept");
  EXPECT_TRUE(staging_.Usage("d-1", kTarget));
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  ASSERT_TRUE(staging_.Unstage("d-1", kStaging));
  EXPECT_THAT(host_.Steps(), Not(Contains(HasSubstr("Format"))));
}

TEST_P(PartitionTest, GivenGrownDiskWhenStagedThenPartitionGrowsAndItsFileSystem) {
  GivenPartition(GetParam());
  GrowDisk(40 * kGib);
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  EXPECT_EQ(host_.Device(kPartition).fs_bytes, 40 * kGib - kRoom);
}

TEST_P(PartitionTest, GivenGrownDiskWhenExpandedWhileMountedThenPartitionGrowsAndItsFileSystem) {
  GivenPartition(GetParam());
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  const ExpandRequest request{
      .volume_id = "d-1", .volume_path = kTarget, .required_bytes = 40 * kGib};
  EXPECT_EQ(CodeOf(staging_.Expand(request)), StatusCode::ABORTED);
  GrowDisk(40 * kGib);
  for (int i = 0; i < 2; ++i) {
    const auto grown = staging_.Expand(request);
    ASSERT_TRUE(grown) << MessageOf(grown);
    EXPECT_EQ(*grown, 40 * kGib) << "the disk is what was asked for";
  }
  EXPECT_EQ(host_.Device(kPartition).fs_bytes, 40 * kGib - kRoom);
}

TEST_P(PartitionTest, GivenGrownDiskWhenOnlyReadThenNothingChanges) {
  GivenPartition(GetParam());
  GrowDisk(40 * kGib);
  ASSERT_TRUE(staging_.Stage(ToStage({.read_only = true}), Soon()));
  EXPECT_EQ(host_.Device(kPartition).bytes, 20 * kGib - kRoom);
  EXPECT_EQ(CodeOf(staging_.Expand({.volume_id = "d-1", .volume_path = kStaging})),
            StatusCode::FAILED_PRECONDITION);
}

INSTANTIATE_TEST_SUITE_P(FileSystems, PartitionTest, testing::Values("ext4", "xfs"));

TEST_F(PartitionTest, GivenTwoWhenStagedThenRefusedAndNothingTouched) {
  GivenPartition("ext4");
  host_.AddPartition(kNode, "/dev/vdb2");
  const auto staged = staging_.Stage(ToStage(), Soon());
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(MessageOf(staged),
            "/dev/vdb holds a gpt partition table with 2 partitions: only a disk with one is "
            "mounted");
  EXPECT_TRUE(host_.Steps().empty());
}

TEST_F(PartitionTest, GivenNoneInTheTableWhenStagedThenRefused) {
  host_.Device(kNode).content = {.kind = ContentKind::kPartitioned, .type = "dos"};
  const auto staged = staging_.Stage(ToStage(), Soon());
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(staged), HasSubstr("with 0 partitions"));
}

// A table says that the disk is in use, whatever the controller knows of it.
TEST_F(PartitionTest, GivenOneWithoutAFileSystemWhenStagedThenNeverFormatted) {
  host_.AddPartition(kNode, kPartition);
  auto request = ToStage();
  request.blank = true;
  const auto staged = staging_.Stage(request, Soon());
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(staged), HasSubstr("partition /dev/vdb1 holds no file system"));
  EXPECT_TRUE(host_.Steps().empty());
}

TEST_F(PartitionTest, GivenRawBlockVolumeWhenPublishedThenTheWholeDisk) {
  GivenPartition("ext4");
  GivenStaged({.block = true});
  ASSERT_TRUE(staging_.Publish(ToPublish(kTarget, {.block = true}), Soon()));
  EXPECT_EQ(*host_.NumberOf(kTarget), *host_.NumberOf(kNode));
}

}  // namespace
}  // namespace driver
