#include "driver/node/staging.h"

#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class StageTest : public StagingFixture {};

TEST_F(StageTest, GivenEmptyDiskWhenStagedThenFormatsAsExt4AndMounts) {
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  const auto* entry = host_.MountAt(kStaging);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->fs_type, "ext4");
  EXPECT_EQ(host_.LastFormat().arguments,
            (std::vector<std::string>{"-F", "-m0", "-E",
                                      "lazy_itable_init=1,lazy_journal_init=1,nodiscard"}));
}

TEST_F(StageTest, GivenStagedWhenStagedAgainThenNothingChanges) {
  GivenStaged();
  host_.Write(kStaging, "data");
  const auto steps = host_.Steps();
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  EXPECT_EQ(host_.Steps(), steps);
  EXPECT_EQ(host_.Read(kStaging), "data");
}

TEST_F(StageTest, GivenTrailingSlashWhenStagedAgainThenSamePath) {
  GivenStaged();
  auto request = ToStage();
  request.staging_path += '/';
  EXPECT_TRUE(staging_.Stage(request, Soon()));
}

TEST_F(StageTest, GivenMkfsOptionsWhenFormattedThenTheyReplaceTheDefaults) {
  auto request = ToStage({.fs_type = "xfs"});
  request.mkfs_options = {"-m", "reflink=0"};
  ASSERT_TRUE(staging_.Stage(request, Soon()));
  EXPECT_EQ(host_.LastFormat().arguments, (std::vector<std::string>{"-m", "reflink=0"}));
}

TEST_F(StageTest, GivenXfsWhenMountedThenNouuidIsAddedToTheFlags) {
  ASSERT_TRUE(staging_.Stage(ToStage({.fs_type = "xfs", .mount_flags = {"noatime"}}), Soon()));
  EXPECT_EQ(host_.MountAt(kStaging)->options, (std::vector<std::string>{"noatime", "nouuid"}));
  EXPECT_EQ(host_.LastFormat().arguments, (std::vector<std::string>{"-f", "-K"}));
}

TEST_F(StageTest, GivenFormattedDiskWhenStagedThenChecksAndKeepsData) {
  GivenFormatted("ext4");
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  EXPECT_EQ(host_.Read(kStaging), "kept");
  EXPECT_THAT(host_.Steps(), Contains("Check /dev/vdb"));
  EXPECT_THAT(host_.Steps(), Not(Contains("Format /dev/vdb")));
}

TEST_F(StageTest, GivenReadOnlyAccessWhenStagedThenCheckedAndMountedReadOnly) {
  GivenFormatted("ext4");
  ASSERT_TRUE(staging_.Stage(ToStage({.read_only = true}), Soon()));
  EXPECT_TRUE(host_.MountAt(kStaging)->read_only);
  EXPECT_THAT(host_.Steps(), Contains("Check /dev/vdb"));
}

TEST_F(StageTest, GivenLargerDeviceWhenStagedThenExtGrowsBeforeTheMount) {
  GivenFormatted("ext4");
  host_.Device(kNode).bytes = 40 * kGib;
  host_.ForbidMountedExtGrowth();
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 40 * kGib);
}

TEST_F(StageTest, GivenLargerDeviceWhenStagedThenXfsGrowsAfterTheMount) {
  GivenFormatted("xfs");
  host_.Device(kNode).bytes = 40 * kGib;
  ASSERT_TRUE(staging_.Stage(ToStage(), Soon()));
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 40 * kGib);
}

TEST_F(StageTest, GivenLargerDeviceWhenStagedReadOnlyThenNothingGrows) {
  GivenFormatted("xfs");
  host_.Device(kNode).bytes = 40 * kGib;
  ASSERT_TRUE(staging_.Stage(ToStage({.read_only = true}), Soon()));
  EXPECT_EQ(host_.Device(kNode).fs_bytes, 20 * kGib);
}

TEST_F(StageTest, GivenBlockWhenStagedThenOnlyTheDeviceIsAwaited) {
  ASSERT_TRUE(staging_.Stage(ToStage({.block = true}), Soon()));
  EXPECT_TRUE(host_.Steps().empty());
}

TEST_F(StageTest, GivenNvmeLinkWhenStagedThenFound) {
  host_.Attach("/dev/nvme1n1", "/by-id/nvme-Alibaba_Cloud_Elastic_Block_Storage_2", 20 * kGib);
  auto request = ToStage();
  request.volume_id = "d-2";
  request.serial = "2";
  ASSERT_TRUE(staging_.Stage(request, Soon()));
  EXPECT_EQ(host_.MountAt(kStaging)->source, "/dev/nvme1n1");
}

TEST_F(StageTest, GivenNoDeviceWhenDeadlineNearsThenNamesTheLink) {
  host_.Vanish(kNode);
  const auto deadline = Soon();
  const auto staged = staging_.Stage(ToStage(), deadline);
  EXPECT_EQ(CodeOf(staged), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(MessageOf(staged), HasSubstr(kLink));
  EXPECT_LE(clock_.Now(), deadline.at);
}

TEST_F(StageTest, GivenLinkToSomethingElseWhenStagedThenRefuses) {
  host_.Attach(kNode, "/by-id/other", kGib);
  host_.LinkTo("/by-id/virtio-3", "/etc/passwd");
  auto request = ToStage();
  request.serial = "3";
  EXPECT_EQ(CodeOf(staging_.Stage(request, Soon())), StatusCode::FAILED_PRECONDITION);
}

TEST_F(StageTest, GivenStaleMountOfVanishedDeviceWhenStagedThenAsksToUnstage) {
  GivenStaged();
  host_.Vanish(kNode);
  host_.Attach("/dev/vdc", kLink, 20 * kGib);
  const auto staged = staging_.Stage(ToStage(), Soon());
  EXPECT_EQ(CodeOf(staged), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(staged), HasSubstr("unstage"));
}

TEST_F(StageTest, GivenDamagedFileSystemWhenStagedThenRefusesAndDoesNotMount) {
  GivenFormatted("ext4");
  host_.Device(kNode).damaged = true;
  EXPECT_EQ(CodeOf(staging_.Stage(ToStage(), Soon())), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(host_.MountAt(kStaging), nullptr);
}

TEST_F(StageTest, GivenVanishedDeviceWhenUnstagedThenUnmounts) {
  GivenStaged();
  host_.Vanish(kNode);
  ASSERT_TRUE(staging_.Unstage("d-1", kStaging));
  EXPECT_EQ(host_.MountAt(kStaging), nullptr);
  EXPECT_TRUE(staging_.Unstage("d-1", kStaging));
}

struct StagedOtherwiseCase {
  std::string name;
  VolumeAccess first;
  VolumeAccess second;
  StatusCode expected;
};

class StagedOtherwiseTest : public StagingFixture,
                            public testing::WithParamInterface<StagedOtherwiseCase> {};

TEST_P(StagedOtherwiseTest, GivenStagedWhenStagedOtherwiseThenStatus) {
  GivenStaged(GetParam().first);
  EXPECT_EQ(CodeOf(staging_.Stage(ToStage(GetParam().second), Soon())), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Capabilities, StagedOtherwiseTest,
    testing::Values(
        StagedOtherwiseCase{
            "OtherType", {.fs_type = "ext4"}, {.fs_type = "xfs"}, StatusCode::ALREADY_EXISTS},
        StagedOtherwiseCase{"Block", {}, {.block = true}, StatusCode::ALREADY_EXISTS},
        StagedOtherwiseCase{"ReadOnly", {}, {.read_only = true}, StatusCode::ALREADY_EXISTS},
        StagedOtherwiseCase{
            "MoreFlags", {}, {.mount_flags = {"noexec"}}, StatusCode::ALREADY_EXISTS},
        StagedOtherwiseCase{
            "FewerFlags", {.mount_flags = {"noatime"}}, {}, StatusCode::ALREADY_EXISTS},
        StagedOtherwiseCase{"AnyType", {.fs_type = "xfs"}, {}, StatusCode::OK},
        StagedOtherwiseCase{"SameFlags",
                            {.mount_flags = {"noatime"}},
                            {.mount_flags = {"noatime"}},
                            StatusCode::OK}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
