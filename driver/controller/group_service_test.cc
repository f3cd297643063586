#include "driver/controller/group_service.h"

#include <gmock/gmock.h>

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::GroupController;
using grpc::StatusCode;

class GroupServiceTest : public ServiceTest {
 protected:
  ~GroupServiceTest() override {
    group_stub_.reset();
    if (group_server_) group_server_->Shutdown();
  }

  // As after a restart, with the cloud that the fixture has by then.
  void RestartGroups(bool strict = false) {
    group_stub_.reset();
    if (group_server_) group_server_->Shutdown();
    Cloud& cloud = scripted_ ? static_cast<Cloud&>(*scripted_) : fake_;
    groups_ = std::make_unique<GroupService>(
        cloud, clock_, *profile_,
        ControllerSettings{.cluster_id = "c-1", .strict_parameters = strict});
    grpc::ServerBuilder builder;
    builder.RegisterService(groups_.get());
    group_server_ = builder.BuildAndStart();
    group_stub_ = GroupController::NewStub(group_server_->InProcessChannel({}));
  }
  template <class Request, class Response>
  grpc::Status Ask(grpc::Status (GroupController::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                   const Request& request, Response& response,
                   std::chrono::seconds timeout = std::chrono::seconds(30)) {
    if (!group_stub_) RestartGroups();
    grpc::ClientContext context;
    context.set_deadline(clock_.WallNow() + timeout);
    response.Clear();
    return (group_stub_.get()->*method)(&context, request, &response);
  }
  static csi::v1::CreateVolumeGroupSnapshotRequest GroupRequestOf(
      const std::string& name, const std::vector<std::string>& volumes) {
    csi::v1::CreateVolumeGroupSnapshotRequest request;
    request.set_name(name);
    for (const auto& volume : volumes) request.add_source_volume_ids(volume);
    return request;
  }
  grpc::Status CreateGroup(const csi::v1::CreateVolumeGroupSnapshotRequest& request,
                           std::chrono::seconds timeout = std::chrono::seconds(30)) {
    return Ask(&GroupController::Stub::CreateVolumeGroupSnapshot, request, group_, timeout);
  }
  grpc::Status CreateGroup(const std::string& name, const std::vector<std::string>& volumes) {
    return CreateGroup(GroupRequestOf(name, volumes));
  }
  grpc::Status DeleteGroup(const std::string& id, const std::vector<std::string>& members = {}) {
    csi::v1::DeleteVolumeGroupSnapshotRequest request;
    request.set_group_snapshot_id(id);
    for (const auto& member : members) request.add_snapshot_ids(member);
    csi::v1::DeleteVolumeGroupSnapshotResponse response;
    return Ask(&GroupController::Stub::DeleteVolumeGroupSnapshot, request, response);
  }
  grpc::Status GetGroup(const std::string& id, const std::vector<std::string>& members = {}) {
    csi::v1::GetVolumeGroupSnapshotRequest request;
    request.set_group_snapshot_id(id);
    for (const auto& member : members) request.add_snapshot_ids(member);
    return Ask(&GroupController::Stub::GetVolumeGroupSnapshot, request, got_);
  }
  std::vector<std::string> Members() const {
    std::vector<std::string> ids;
    for (const auto& one : group_.group_snapshot().snapshots()) ids.push_back(one.snapshot_id());
    return ids;
  }
  std::string GroupId() const { return group_.group_snapshot().group_snapshot_id(); }
  grpc::Status DeleteSnapshot(const std::string& id) {
    csi::v1::DeleteSnapshotRequest request;
    request.set_snapshot_id(id);
    csi::v1::DeleteSnapshotResponse response;
    return Call(&csi::v1::Controller::Stub::DeleteSnapshot, request, response);
  }
  void Finish() { clock_.Advance(std::chrono::seconds(10)); }

  csi::v1::CreateVolumeGroupSnapshotResponse group_;
  csi::v1::GetVolumeGroupSnapshotResponse got_;
  std::unique_ptr<GroupService> groups_;
  std::unique_ptr<grpc::Server> group_server_;
  std::unique_ptr<GroupController::Stub> group_stub_;
};

TEST_F(GroupServiceTest, GivenVolumesWhenGroupedThenCutTogetherAndReadyLater) {
  const auto first = UsedVolume("pvc-1", 30);
  const auto second = UsedVolume("pvc-2");
  ASSERT_TRUE(CreateGroup("group", {first, second}).ok());
  const auto made = group_.group_snapshot();
  EXPECT_FALSE(made.ready_to_use());
  EXPECT_GT(made.creation_time().seconds(), 0);
  ASSERT_EQ(made.snapshots_size(), 2);
  for (const auto& member : made.snapshots()) {
    EXPECT_EQ(member.group_snapshot_id(), GroupId());
    EXPECT_GT(member.creation_time().seconds(), 0);
  }
  EXPECT_EQ(made.snapshots(0).source_volume_id(), first);
  EXPECT_EQ(made.snapshots(0).size_bytes(), 30 * kGib);
  EXPECT_EQ(made.snapshots(1).source_volume_id(), second);
  Finish();
  RestartGroups();
  ASSERT_TRUE(CreateGroup("group", {second, first}).ok());
  EXPECT_TRUE(group_.group_snapshot().ready_to_use());
  EXPECT_EQ(GroupId(), made.group_snapshot_id());
  EXPECT_EQ(fake_.Snapshots().size(), 2U);
  ASSERT_TRUE(GetGroup(GroupId(), Members()).ok());
  EXPECT_EQ(got_.group_snapshot().SerializeAsString(), group_.group_snapshot().SerializeAsString());
}

TEST_F(GroupServiceTest, GivenProblemsWhenGroupedThenCodes) {
  const auto volume = UsedVolume("pvc-1");
  EXPECT_EQ(CreateGroup("", {volume}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(CreateGroup("group", {}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(CreateGroup("group", {""}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(CreateGroup("group", {volume, "d-none"}).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(CreateGroup("group", {volume, Created("never")}).error_code(),
            StatusCode::FAILED_PRECONDITION);
  auto elsewhere = CreateRequest("far");
  Require(elsewhere, "cn-hangzhou-d");
  ASSERT_TRUE(Create(elsewhere).ok());
  const auto far = created_.volume().volume_id();
  ASSERT_TRUE(Publish(far, "i-d1").ok());
  EXPECT_EQ(CreateGroup("group", {volume, far}).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(fake_.Snapshots().empty());
  ASSERT_TRUE(CreateGroup("group", {volume}).ok());
  EXPECT_EQ(CreateGroup("group", {volume, far}).error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(CreateGroup("second", {volume}).error_code(), StatusCode::ABORTED);
}

TEST_F(GroupServiceTest, GivenClassWhenGroupedThenItsParametersAreSentOrRefused) {
  const auto volume = UsedVolume("pvc-1");
  auto request = GroupRequestOf("group", {volume});
  auto& parameters = *request.mutable_parameters();
  parameters["retentionDays"] = "7";
  EXPECT_EQ(CreateGroup(request).error_code(), StatusCode::INVALID_ARGUMENT);
  parameters.clear();
  parameters["snapshotTags/team"] = "a";
  parameters["csi.storage.k8s.io/volumegroupsnapshot/name"] = "vgs";
  parameters["colour"] = "blue";
  RestartGroups(/*strict=*/true);
  const auto refused = CreateGroup(request);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(), testing::HasSubstr("colour is unknown"));
  RestartGroups();
  ASSERT_TRUE(CreateGroup(request).ok());
  const auto tags = fake_.Snapshots().at(0).tags;
  EXPECT_EQ(FindTag(tags, "team"), "a");
  EXPECT_EQ(FindTag(tags, "ack.aliyun.com"), "c-1");
}

TEST_F(GroupServiceTest, GivenLostAnswersWhenRepeatedThenOneGroup) {
  const auto volume = UsedVolume("pvc-1");
  Script({LostAnswer("CreateSnapshotGroup"), {.action = "DescribeSnapshotGroups", .nth = 1}});
  RestartGroups();
  EXPECT_TRUE(CreateGroup("group", {volume}).ok());
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
}

TEST_F(GroupServiceTest, GivenFailedGroupWhenRepeatedThenErrorAndThenAnother) {
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(CreateGroup("group", {volume}).ok());
  const auto failed = GroupId();
  fake_.FailSnapshot(Members().at(0));
  Finish();
  EXPECT_EQ(CreateGroup("group", {volume}).error_code(), StatusCode::INTERNAL);
  EXPECT_TRUE(fake_.Snapshots().empty());
  ASSERT_TRUE(CreateGroup("group", {volume}).ok());
  EXPECT_NE(GroupId(), failed);
}

TEST_F(GroupServiceTest, GivenGroupWhenDeletedTwiceThenOkAndItsSnapshotsAreGone) {
  ASSERT_TRUE(CreateGroup("group", {UsedVolume("pvc-1"), UsedVolume("pvc-2")}).ok());
  const auto members = Members();
  EXPECT_EQ(DeleteSnapshot(members[0]).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DeleteGroup("").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DeleteGroup(GroupId(), {members[0]}).error_code(), StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(Snapshot(UsedVolume("pvc-3"), "alone").ok());
  const auto alone = snapshotted_.snapshot().snapshot_id();
  EXPECT_EQ(DeleteGroup(GroupId(), {members[0], members[1], alone}).error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(fake_.Snapshots().size(), 3U);
  EXPECT_TRUE(DeleteGroup(GroupId(), members).ok());
  EXPECT_TRUE(DeleteGroup(GroupId(), members).ok());
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
  EXPECT_TRUE(DeleteSnapshot(alone).ok());
}

TEST_F(GroupServiceTest, GivenUnknownOrOtherMembersWhenAskedThenCodes) {
  EXPECT_EQ(GetGroup("").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(GetGroup("ssg-none").error_code(), StatusCode::NOT_FOUND);
  ASSERT_TRUE(CreateGroup("group", {UsedVolume("pvc-1"), UsedVolume("pvc-2")}).ok());
  EXPECT_EQ(GetGroup(GroupId(), {Members()[0]}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(GetGroup(GroupId()).ok());
}

TEST_F(GroupServiceTest, GivenProfilesWhenAskedThenOnlyTheFullOneHasGroups) {
  csi::v1::GroupControllerGetCapabilitiesResponse capabilities;
  ASSERT_TRUE(Ask(&GroupController::Stub::GroupControllerGetCapabilities, {}, capabilities).ok());
  ASSERT_EQ(capabilities.capabilities_size(), 1);
  EXPECT_EQ(
      capabilities.capabilities(0).rpc().type(),
      csi::v1::GroupControllerServiceCapability::RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT);
  profile_ = &AckProfile();
  RestartGroups();
  ASSERT_TRUE(Ask(&GroupController::Stub::GroupControllerGetCapabilities, {}, capabilities).ok());
  EXPECT_EQ(capabilities.capabilities_size(), 0);
  EXPECT_EQ(CreateGroup("group", {"d-1"}).error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(DeleteGroup("ssg-1").error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(GetGroup("ssg-1").error_code(), StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace driver
