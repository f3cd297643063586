#include "driver/controller/group_service.h"

#include <algorithm>

#include "driver/controller/to_proto.h"
#include "driver/csi/call_deadline.h"

namespace driver {
namespace {

// Made when its last member was; ready when all are.
csi::v1::VolumeGroupSnapshot GroupToProto(const GroupSnapshot& group) {
  csi::v1::VolumeGroupSnapshot answer;
  answer.set_group_snapshot_id(group.id);
  answer.set_ready_to_use(true);
  for (const Snapshot& snapshot : group.snapshots) {
    auto& member = *answer.add_snapshots() = ToProto(snapshot);
    member.set_group_snapshot_id(group.id);
    if (!member.ready_to_use()) answer.set_ready_to_use(false);
    auto& time = *answer.mutable_creation_time();
    time.set_seconds(std::max(time.seconds(), member.creation_time().seconds()));
  }
  return answer;
}

}  // namespace

GroupService::GroupService(Cloud& cloud, Clock& clock, const Profile& profile,
                           const ControllerSettings& settings)
    : clock_(clock),
      profile_(profile),
      rules_(RulesOf(cloud, profile, settings)),
      groups_({.cloud = cloud,
               .clock = clock,
               .locks = locks_,
               .cluster_id = settings.cluster_id,
               .cluster = settings.cluster,
               .profile = profile}) {}

grpc::Status GroupService::Refused(std::string_view call, const RpcError& error) const {
  return Answered(profile_, call, error);
}

grpc::Status GroupService::GroupControllerGetCapabilities(
    grpc::ServerContext*, const csi::v1::GroupControllerGetCapabilitiesRequest*,
    csi::v1::GroupControllerGetCapabilitiesResponse* response) {
  for (const auto rpc : profile_.group_rpcs) {
    response->add_capabilities()->mutable_rpc()->set_type(rpc);
  }
  return grpc::Status::OK;
}

grpc::Status GroupService::CreateVolumeGroupSnapshot(
    grpc::ServerContext* context, const csi::v1::CreateVolumeGroupSnapshotRequest* request,
    csi::v1::CreateVolumeGroupSnapshotResponse* response) {
  if (profile_.group_rpcs.empty()) return Unannounced();
  const auto wanted = ParseCreateGroup(*request, rules_);
  if (!wanted) return Refused("CreateVolumeGroupSnapshot", wanted.error());
  const auto group = groups_.Create(*wanted, DeadlineOf(*context, clock_));
  if (!group) return Refused("CreateVolumeGroupSnapshot", group.error());
  *response->mutable_group_snapshot() = GroupToProto(*group);
  return grpc::Status::OK;
}

grpc::Status GroupService::DeleteVolumeGroupSnapshot(
    grpc::ServerContext* context, const csi::v1::DeleteVolumeGroupSnapshotRequest* request,
    csi::v1::DeleteVolumeGroupSnapshotResponse*) {
  if (profile_.group_rpcs.empty()) return Unannounced();
  const auto wanted = ParseDeleteGroup(*request);
  if (!wanted) return Refused("DeleteVolumeGroupSnapshot", wanted.error());
  const auto deleted = groups_.Delete(*wanted, DeadlineOf(*context, clock_));
  return deleted ? grpc::Status::OK : Refused("DeleteVolumeGroupSnapshot", deleted.error());
}

grpc::Status GroupService::GetVolumeGroupSnapshot(
    grpc::ServerContext* context, const csi::v1::GetVolumeGroupSnapshotRequest* request,
    csi::v1::GetVolumeGroupSnapshotResponse* response) {
  if (profile_.group_rpcs.empty()) return Unannounced();
  const auto wanted = ParseGetGroup(*request);
  if (!wanted) return Refused("GetVolumeGroupSnapshot", wanted.error());
  const auto group = groups_.Get(*wanted, DeadlineOf(*context, clock_));
  if (!group) return Refused("GetVolumeGroupSnapshot", group.error());
  *response->mutable_group_snapshot() = GroupToProto(*group);
  return grpc::Status::OK;
}

}  // namespace driver
