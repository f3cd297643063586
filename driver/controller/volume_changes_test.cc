#include "driver/controller/volume_changes.h"

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

class VolumeChangesTest : public ServiceTest {
 protected:
  grpc::Status Expand(const std::string& id, std::int64_t required, std::int64_t limit = 0) {
    csi::v1::ControllerExpandVolumeRequest request;
    request.set_volume_id(id);
    request.mutable_capacity_range()->set_required_bytes(required);
    request.mutable_capacity_range()->set_limit_bytes(limit);
    *request.mutable_volume_capability() = Mounted();
    return Call(&csi::v1::Controller::Stub::ControllerExpandVolume, request, expanded_);
  }
  grpc::Status Modify(const std::string& id, const Parameters& parameters,
                      std::chrono::seconds timeout = std::chrono::seconds(30)) {
    csi::v1::ControllerModifyVolumeRequest request;
    request.set_volume_id(id);
    request.mutable_mutable_parameters()->insert(parameters.begin(), parameters.end());
    csi::v1::ControllerModifyVolumeResponse response;
    return Call(&csi::v1::Controller::Stub::ControllerModifyVolume, request, response, timeout);
  }
  std::string AutoVolume() {
    auto request = CreateRequest("auto");
    (*request.mutable_parameters())["type"] = "cloud_auto";
    (*request.mutable_parameters())["diskTags/old"] = "1";
    EXPECT_TRUE(Create(request).ok());
    return created_.volume().volume_id();
  }

  csi::v1::ControllerExpandVolumeResponse expanded_;
};

TEST_F(VolumeChangesTest, GivenVolumeWhenExpandedTwiceThenNewSize) {
  for (const bool attached : {false, true}) {
    const auto id = attached ? UsedVolume("used") : Created("fresh");
    for (int round = 0; round < 2; ++round) {
      ASSERT_TRUE(Expand(id, 40 * kGib).ok());
      EXPECT_EQ(expanded_.capacity_bytes(), 40 * kGib);
      EXPECT_TRUE(expanded_.node_expansion_required());
    }
    ASSERT_TRUE(Expand(id, 10 * kGib).ok());
    EXPECT_EQ(expanded_.capacity_bytes(), 40 * kGib);
  }
}

TEST_F(VolumeChangesTest, GivenBlockVolumeWhenExpandedThenNodeHasNothingToDo) {
  csi::v1::ControllerExpandVolumeRequest request;
  request.set_volume_id(Created("pvc-1"));
  request.mutable_capacity_range()->set_required_bytes(40 * kGib);
  request.mutable_volume_capability()->mutable_block();
  ASSERT_TRUE(Call(&csi::v1::Controller::Stub::ControllerExpandVolume, request, expanded_).ok());
  EXPECT_FALSE(expanded_.node_expansion_required());
}

TEST_F(VolumeChangesTest, GivenProblemsWhenExpandedThenCodes) {
  const auto id = Created("pvc-1", 30);
  EXPECT_EQ(Expand("", 40 * kGib).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Expand(id, 0).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Expand(id, -1).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Expand(id, 40 * kGib, 35 * kGib).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Expand("no-such-volume", 40 * kGib).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Expand(id, 40 * kGib + 1, 40 * kGib + 2).error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Expand(id, 10 * kGib, 20 * kGib).error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Expand(id, std::int64_t{100000} * kGib).error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(fake_.Disks().front().size_gib, 30);
}

TEST_F(VolumeChangesTest, GivenSnapshotUnderWayWhenExpandedThenWaitsForIt) {
  const auto id = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(id, "snap").ok());
  ASSERT_TRUE(Expand(id, 40 * kGib).ok());
}

TEST_F(VolumeChangesTest, GivenVolumeWhenModifiedTwiceThenBurstingAndTags) {
  const auto id = AutoVolume();
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(Modify(id, {{"burstingEnabled", "true"},
                            {"diskTags/team", "storage"},
                            {"-diskTags/old", ""},
                            {"csi.storage.k8s.io/pv/name", "pv-1"}})
                    .ok());
  }
  const auto disk = fake_.Disks().front();
  EXPECT_TRUE(disk.bursting);
  EXPECT_EQ(FindTag(disk.tags, "team"), "storage");
  EXPECT_EQ(FindTag(disk.tags, "old"), std::nullopt);
  EXPECT_EQ(FindTag(disk.tags, "csi.alibabacloud.com/volume-name"), "auto");
}

TEST_F(VolumeChangesTest, GivenUnsupportedKeyWhenModifiedThenInvalidAndNothingApplied) {
  const auto id = AutoVolume();
  const auto before = fake_.Disks().front();
  for (const Parameters& parameters : std::vector<Parameters>{
           {{"type", "cloud_ssd"}, {"diskTags/a", "1"}},
           {{"type", "cloud_essd"}, {"performanceLevel", "PL0"}, {"diskTags/a", "1"}},
           {{"performanceLevel", "PL9"}, {"diskTags/a", "1"}},
           {{"invented", "1"}, {"diskTags/a", "1"}},
           {{"burstingEnabled", "maybe"}, {"diskTags/a", "1"}},
           {{"diskTags/csi.alibabacloud.com/volume-name", "x"}, {"diskTags/a", "1"}},
           {{"-diskTags/k8s.aliyun.com", ""}, {"diskTags/a", "1"}}}) {
    EXPECT_EQ(Modify(id, parameters).error_code(), StatusCode::INVALID_ARGUMENT)
        << parameters.begin()->first;
  }
  EXPECT_EQ(fake_.Disks().front(), before);
}

TEST_F(VolumeChangesTest, GivenWhatTheDiskHasWhenModifiedThenOnlyTheRestChanges) {
  const auto id = AutoVolume();
  ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"}, {"burstingEnabled", "true"}}).ok());
  EXPECT_TRUE(fake_.Disks().front().bursting);
  // Back to the class that it was made with.
  ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"}, {"burstingEnabled", "false"}}).ok());
  EXPECT_FALSE(fake_.Disks().front().bursting);
}

TEST_F(VolumeChangesTest, GivenAnotherCategoryWhenModifiedThenItsTaskIsWaitedForAndTheRestFollows) {
  const auto id = Created("essd");
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"},
                            {"provisionedIops", "100"},
                            {"burstingEnabled", "true"},
                            {"diskTags/a", "1"}})
                    .ok());
  }
  const auto disk = fake_.Disks().front();
  EXPECT_EQ(disk.category, "cloud_auto");
  EXPECT_EQ(disk.provisioned_iops, 100);
  EXPECT_TRUE(disk.bursting);
  EXPECT_EQ(FindTag(disk.tags, "a"), "1");
  EXPECT_EQ(fake_.DescribeTasks({.disk_id = id})->size(), 1U) << "one change";
}

TEST_F(VolumeChangesTest, GivenALevelWhenModifiedThenThatOfTheDisk) {
  const auto id = Created("essd", 500);
  ASSERT_TRUE(Modify(id, {{"performanceLevel", "PL2"}}).ok());
  EXPECT_EQ(fake_.Disks().front().performance_level, "PL2");
  EXPECT_EQ(Modify(id, {{"performanceLevel", "PL3"}}).error_code(), StatusCode::FAILED_PRECONDITION)
      << "500 GiB are too few";
  EXPECT_EQ(fake_.Disks().front().performance_level, "PL2");
}

TEST_F(VolumeChangesTest, GivenADeathWhileTheTaskRunsWhenRepeatedThenTheSameTaskIsWaitedFor) {
  const auto id = Created("essd");
  EXPECT_EQ(Modify(id, {{"type", "cloud_auto"}}, std::chrono::seconds(2)).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(fake_.Disks().front().category, "cloud_essd");
  Restart();
  ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"}}).ok());
  EXPECT_EQ(fake_.Disks().front().category, "cloud_auto");
  EXPECT_EQ(fake_.DescribeTasks({.disk_id = id})->size(), 1U);
}

TEST_F(VolumeChangesTest, GivenALostAnswerWhenRepeatedThenTheSameTaskIsWaitedFor) {
  Script({LostAnswer("ModifyDiskSpec", 2)});
  const auto id = Created("essd");
  EXPECT_EQ(Modify(id, {{"type", "cloud_auto"}}).error_code(), StatusCode::UNAVAILABLE);
  ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"}}).ok());
  EXPECT_EQ(fake_.DescribeTasks({.disk_id = id})->size(), 1U);
}

TEST_F(VolumeChangesTest, GivenATaskThatFailsWhenModifiedThenInternalAndTheNextCallTakesAnother) {
  const auto id = Created("essd");
  EXPECT_EQ(Modify(id, {{"type", "cloud_auto"}}, std::chrono::seconds(2)).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  fake_.FailTask(fake_.DescribeTasks({.disk_id = id})->front().id);
  EXPECT_EQ(Modify(id, {{"type", "cloud_auto"}}).error_code(), StatusCode::INTERNAL);
  EXPECT_EQ(fake_.Disks().front().category, "cloud_essd");
  ASSERT_TRUE(Modify(id, {{"type", "cloud_auto"}}).ok());
}

TEST_F(VolumeChangesTest, GivenADiskInItsCoolingPeriodWhenModifiedThenFailedPrecondition) {
  Script({{.action = "ModifyDiskSpec", .error = {"DiskInCoolingPeriod", 403, "wait"}}});
  const auto id = Created("essd");
  EXPECT_EQ(Modify(id, {{"type", "cloud_auto"}, {"diskTags/a", "1"}}).error_code(),
            StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(FindTag(fake_.Disks().front().tags, "a"), std::nullopt);
}

TEST_F(VolumeChangesTest, GivenTooManyTagsWhenModifiedThenInvalidAndNothingApplied) {
  const auto id = AutoVolume();
  const auto before = fake_.Disks().front();
  Parameters many = {{"burstingEnabled", "true"}};
  for (int i = 0; i < 20; ++i) many["diskTags/t" + std::to_string(i)] = "1";
  EXPECT_EQ(Modify(id, many).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(fake_.Disks().front(), before);
}

TEST_F(VolumeChangesTest, GivenProblemsWhenModifiedThenCodes) {
  EXPECT_EQ(Modify("", {}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Modify("no-such-volume", {{"diskTags/a", "1"}}).error_code(), StatusCode::NOT_FOUND);
  // The cloud refuses bursting of this category; the tag is not set either.
  const auto id = Created("essd");
  EXPECT_EQ(Modify(id, {{"burstingEnabled", "true"}, {"diskTags/a", "1"}}).error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FindTag(fake_.Disks().front().tags, "a"), std::nullopt);
}

}  // namespace
}  // namespace driver
