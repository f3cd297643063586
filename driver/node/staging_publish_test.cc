#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class PublishTest : public StagingFixture {};

TEST_F(PublishTest, GivenStagedWhenPublishedTwiceThenBoundOnce) {
  GivenStaged();
  host_.Write(kStaging, "data");
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  EXPECT_EQ(host_.Read(kTarget), "data");
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_EQ(host_.KindOf(kTarget), PathKind::kMissing);
  EXPECT_TRUE(staging_.Unpublish("d-1", kTarget));
}

TEST_F(PublishTest, GivenNotStagedWhenPublishedThenRefuses) {
  EXPECT_EQ(CodeOf(staging_.Publish(ToPublish(), Soon())), StatusCode::FAILED_PRECONDITION);
}

TEST_F(PublishTest, GivenOtherVolumeStagedThereWhenPublishedThenRefuses) {
  GivenStaged();
  host_.Attach("/dev/vdc", "/by-id/virtio-2", 20 * kGib);
  auto request = ToPublish();
  request.volume_id = "d-2";
  request.serial = "2";
  EXPECT_EQ(CodeOf(staging_.Publish(request, Soon())), StatusCode::FAILED_PRECONDITION);
}

TEST_F(PublishTest, GivenReadOnlyWhenPublishedThenOnlyThisTargetIs) {
  GivenStaged();
  auto request = ToPublish();
  request.read_only = true;
  ASSERT_TRUE(staging_.Publish(request, Soon()));
  ASSERT_TRUE(staging_.Publish(request, Soon()));
  ASSERT_TRUE(staging_.Publish(ToPublish("/kubelet/pod-b"), Soon()));
  EXPECT_TRUE(host_.MountAt(kTarget)->read_only);
  EXPECT_FALSE(host_.MountAt("/kubelet/pod-b")->read_only);
}

TEST_F(PublishTest, GivenPublishedWritableWhenPublishedReadOnlyThenAlreadyExists) {
  GivenStaged();
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  auto request = ToPublish();
  request.read_only = true;
  EXPECT_EQ(CodeOf(staging_.Publish(request, Soon())), StatusCode::ALREADY_EXISTS);
}

TEST_F(PublishTest, GivenOtherDeviceAtTargetWhenPublishedThenAlreadyExists) {
  GivenStaged();
  host_.Attach("/dev/vdc", "/by-id/virtio-2", 20 * kGib);
  ASSERT_TRUE(staging_.Stage({.volume_id = "d-2", .staging_path = kTarget, .serial = "2"}, Soon()));
  EXPECT_EQ(CodeOf(staging_.Publish(ToPublish(), Soon())), StatusCode::ALREADY_EXISTS);
}

TEST_F(PublishTest, GivenStagedReadOnlyWhenPublishedWritableThenRefuses) {
  GivenFormatted("ext4");
  GivenStaged({.read_only = true});
  EXPECT_EQ(CodeOf(staging_.Publish(ToPublish(), Soon())), StatusCode::FAILED_PRECONDITION);
}

TEST_F(PublishTest, GivenStagedAsExt4WhenPublishedAsXfsThenRefuses) {
  GivenStaged();
  EXPECT_EQ(CodeOf(staging_.Publish(ToPublish(kTarget, {.fs_type = "xfs"}), Soon())),
            StatusCode::FAILED_PRECONDITION);
}

TEST_F(PublishTest, GivenPublishedWhenSingleWriterPublishesElsewhereThenRefusesNamingTheTarget) {
  GivenStaged();
  const VolumeAccess single{.single_writer = true};
  ASSERT_TRUE(staging_.Publish(ToPublish(kTarget, single), Soon()));
  ASSERT_TRUE(staging_.Publish(ToPublish(kTarget, single), Soon()));
  const auto second = staging_.Publish(ToPublish("/kubelet/pod-b", single), Soon());
  EXPECT_EQ(CodeOf(second), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(second), HasSubstr(kTarget));
}

TEST_F(PublishTest, GivenManyWritersWhenPublishedTwiceThenBothSeeTheData) {
  GivenStaged();
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  ASSERT_TRUE(staging_.Publish(ToPublish("/kubelet/pod-b"), Soon()));
  host_.Write(kTarget, "shared");
  EXPECT_EQ(host_.Read("/kubelet/pod-b"), "shared");
}

TEST_F(PublishTest, GivenVanishedDeviceWhenUnpublishedThenTargetGoes) {
  GivenStaged();
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  host_.Vanish(kNode);
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_EQ(host_.KindOf(kTarget), PathKind::kMissing);
}

class PublishBlockTest : public StagingFixture {
 protected:
  static PublishRequest Block(const std::string& target = kTarget, bool read_only = false,
                              bool single_writer = false) {
    auto request = ToPublish(target, {.block = true, .single_writer = single_writer});
    request.read_only = read_only;
    return request;
  }
};

TEST_F(PublishBlockTest, GivenBlockWhenPublishedTwiceThenBoundOnceAndRemovedAfterwards) {
  ASSERT_TRUE(staging_.Publish(Block(), Soon()));
  ASSERT_TRUE(staging_.Publish(Block(), Soon()));
  EXPECT_EQ(host_.KindOf(kTarget), PathKind::kBlockDevice);
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_EQ(host_.KindOf(kTarget), PathKind::kMissing);
}

TEST_F(PublishBlockTest, GivenReadOnlyAloneWhenPublishedThenDeviceIsReadOnlyUntilUnpublished) {
  ASSERT_TRUE(staging_.Publish(Block(kTarget, true), Soon()));
  ASSERT_TRUE(staging_.Publish(Block(kTarget, true), Soon()));
  EXPECT_TRUE(host_.Device(kNode).read_only);
  EXPECT_EQ(CodeOf(staging_.Publish(Block(kTarget), Soon())), StatusCode::ALREADY_EXISTS);
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_FALSE(host_.Device(kNode).read_only);
  ASSERT_TRUE(staging_.Publish(Block(kTarget), Soon()));
  EXPECT_FALSE(host_.Device(kNode).read_only);
}

TEST_F(PublishBlockTest, GivenReaderWhenPublishedWritableElsewhereThenWriterWritesAndReaderStays) {
  ASSERT_TRUE(staging_.Publish(Block(kTarget, true), Soon()));
  ASSERT_TRUE(staging_.Publish(Block("/kubelet/pod-b"), Soon()));
  EXPECT_FALSE(host_.Device(kNode).read_only);
  EXPECT_TRUE(host_.MountAt(kTarget)->read_only);
  EXPECT_FALSE(host_.MountAt("/kubelet/pod-b")->read_only);
  ASSERT_TRUE(staging_.Publish(Block(kTarget, true), Soon()));
  EXPECT_FALSE(host_.Device(kNode).read_only);
  ASSERT_TRUE(staging_.Unpublish("d-1", "/kubelet/pod-b"));
  EXPECT_TRUE(host_.Device(kNode).read_only);
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_FALSE(host_.Device(kNode).read_only);
}

TEST_F(PublishBlockTest, GivenWriterWhenPublishedReadOnlyElsewhereThenWriterGoesOn) {
  ASSERT_TRUE(staging_.Publish(Block(kTarget), Soon()));
  ASSERT_TRUE(staging_.Publish(Block("/kubelet/pod-b", true), Soon()));
  EXPECT_FALSE(host_.Device(kNode).read_only);
  EXPECT_EQ(CodeOf(staging_.Publish(Block("/kubelet/pod-b"), Soon())), StatusCode::ALREADY_EXISTS);
}

TEST_F(PublishBlockTest, GivenNumberLeftReadOnlyWhenAnotherDiskGetsItThenItIsFormattedAndMounted) {
  ASSERT_TRUE(staging_.Publish(Block(kTarget, true), Soon()));
  // Taken away by force; the publication is still there when the next disk comes.
  host_.Vanish(kNode);
  host_.Attach(kNode, "/by-id/virtio-2", 20 * kGib);
  ASSERT_TRUE(host_.Device(kNode).read_only);
  ASSERT_TRUE(
      staging_.Stage({.volume_id = "d-2", .staging_path = kStaging, .serial = "2"}, Soon()));
  host_.Write(kStaging, "data");
  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  EXPECT_FALSE(host_.Device(kNode).read_only);
  EXPECT_EQ(host_.Read(kStaging), "data");
}

TEST_F(PublishBlockTest, GivenNumberLeftReadOnlyWhenAnotherDiskIsPublishedAsBlockThenWritable) {
  host_.Device(kNode).read_only = true;
  ASSERT_TRUE(staging_.Publish(Block(kTarget), Soon()));
  EXPECT_FALSE(host_.Device(kNode).read_only);
}

TEST_F(PublishBlockTest, GivenPublishedWhenSingleWriterPublishesElsewhereThenRefuses) {
  ASSERT_TRUE(staging_.Publish(Block(kTarget, false, true), Soon()));
  EXPECT_EQ(CodeOf(staging_.Publish(Block("/kubelet/pod-b", false, true), Soon())),
            StatusCode::FAILED_PRECONDITION);
}

TEST_F(PublishBlockTest, GivenFileSystemAtTargetWhenPublishedAsBlockThenAlreadyExists) {
  GivenStaged();
  ASSERT_TRUE(staging_.Publish(ToPublish(), Soon()));
  EXPECT_EQ(CodeOf(staging_.Publish(Block(), Soon())), StatusCode::ALREADY_EXISTS);
}

}  // namespace
}  // namespace driver
