#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class VolumeTest : public StagingFixture {
 protected:
  void GivenPublished(VolumeAccess access = {}) {
    GivenStaged(access);
    ASSERT_TRUE(staging_.Publish(ToPublish(kTarget, access), Soon()));
  }
  static ExpandRequest To(std::int64_t gib) {
    return {.volume_id = "d-1", .volume_path = kTarget, .required_bytes = gib * kGib};
  }
};

TEST_F(VolumeTest, GivenFileSystemWhenAskedThenUsageOfIt) {
  GivenPublished();
  const auto usage = staging_.Usage("d-1", kTarget);
  ASSERT_TRUE(usage);
  ASSERT_TRUE(usage->file_system);
  EXPECT_EQ(usage->file_system->total_bytes, 20 * kGib);
}

TEST_F(VolumeTest, GivenBlockWhenAskedThenItsSize) {
  GivenPublished({.block = true});
  const auto usage = staging_.Usage("d-1", kTarget);
  ASSERT_TRUE(usage);
  EXPECT_FALSE(usage->file_system);
  EXPECT_EQ(usage->total_bytes, 20 * kGib);
}

TEST_F(VolumeTest, GivenNotMountedWhenAskedThenNotFound) {
  EXPECT_EQ(CodeOf(staging_.Usage("d-1", "some/path")), StatusCode::NOT_FOUND);
  EXPECT_EQ(CodeOf(staging_.Expand({.volume_id = "d-1", .volume_path = "some/path"})),
            StatusCode::NOT_FOUND);
}

TEST_F(VolumeTest, GivenOtherVolumeIdWhenAskedThenNotFound) {
  GivenPublished();
  host_.Attach("/dev/vdc", "/by-id/virtio-2", 20 * kGib);
  for (const auto* id : {"d-2", "no-disk"}) {
    EXPECT_EQ(CodeOf(staging_.Usage(id, kTarget)), StatusCode::NOT_FOUND) << id;
    EXPECT_EQ(CodeOf(staging_.Expand({.volume_id = id, .volume_path = kTarget})),
              StatusCode::NOT_FOUND)
        << id;
  }
}

TEST_F(VolumeTest, GivenRestartedDriverWhenAskedThenVolumeIsKnownByItsId) {
  GivenPublished();
  Staging restarted(host_, clock_, "/by-id");
  EXPECT_TRUE(restarted.Usage("d-1", kTarget));
}

TEST_F(VolumeTest, GivenVanishedDeviceWhenAskedThenStillKnown) {
  GivenPublished();
  host_.Vanish(kNode);
  EXPECT_TRUE(staging_.Usage("d-1", kTarget));
}

TEST_F(VolumeTest, GivenGrownDeviceWhenExpandedTwiceThenFileSystemCoversIt) {
  GivenPublished();
  host_.Device(kNode).bytes = 40 * kGib;
  const auto bytes = staging_.Expand(To(40));
  ASSERT_TRUE(bytes) << MessageOf(bytes);
  EXPECT_EQ(*bytes, 40 * kGib);
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 40 * kGib);
  EXPECT_TRUE(staging_.Expand(To(40)));
}

TEST_F(VolumeTest, GivenDeviceStillSmallWhenExpandedThenAborted) {
  GivenPublished();
  EXPECT_EQ(CodeOf(staging_.Expand(To(40))), StatusCode::ABORTED);
}

TEST_F(VolumeTest, GivenLimitBelowDeviceWhenExpandedThenOutOfRange) {
  GivenPublished();
  auto request = To(10);
  request.limit_bytes = 10 * kGib;
  EXPECT_EQ(CodeOf(staging_.Expand(request)), StatusCode::OUT_OF_RANGE);
}

TEST_F(VolumeTest, GivenBlockWhenExpandedThenNothingToDo) {
  GivenPublished({.block = true});
  host_.Device(kNode).bytes = 40 * kGib;
  const auto steps = host_.Steps();
  EXPECT_TRUE(staging_.Expand(To(40)));
  EXPECT_EQ(host_.Steps(), steps);
}

TEST_F(VolumeTest, GivenForbiddenExtGrowthWhenExpandedThenRefusesAndRestagingGrows) {
  GivenPublished();
  host_.Device(kNode).bytes = 40 * kGib;
  host_.ForbidMountedExtGrowth();
  const auto refused = staging_.Expand(To(40));
  EXPECT_EQ(CodeOf(refused), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(refused), HasSubstr("CAP_SYS_RESOURCE"));

  ASSERT_TRUE(staging_.Unpublish("d-1", kTarget));
  ASSERT_TRUE(staging_.Unstage("d-1", kStaging));
  GivenPublished();
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 40 * kGib);
  EXPECT_TRUE(staging_.Expand(To(40)));
}

TEST_F(VolumeTest, GivenReadOnlyTargetWhenExpandedThenGrowsThroughTheStagingPath) {
  GivenFormatted("xfs");
  GivenStaged();
  auto request = ToPublish();
  request.read_only = true;
  ASSERT_TRUE(staging_.Publish(request, Soon()));
  host_.Device(kNode).bytes = 40 * kGib;
  EXPECT_TRUE(staging_.Expand(To(40)));
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 40 * kGib);
}

TEST_F(VolumeTest, GivenReadOnlyFileSystemWhenExpandedThenRefuses) {
  GivenFormatted("xfs");
  GivenPublished({.read_only = true});
  host_.Device(kNode).bytes = 40 * kGib;
  EXPECT_EQ(CodeOf(staging_.Expand(To(40))), StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace driver
