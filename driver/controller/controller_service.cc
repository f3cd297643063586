#include "driver/controller/controller_service.h"

#include "driver/controller/profile_rules.h"
#include "driver/controller/to_proto.h"
#include "driver/csi/call_deadline.h"

namespace driver {
namespace {

void AddNodes(const Disk& disk, google::protobuf::RepeatedPtrField<std::string>* nodes) {
  nodes->Assign(disk.attached_to.begin(), disk.attached_to.end());
}

using Rpc = csi::v1::ControllerServiceCapability::RPC;

}  // namespace

ParameterRules RulesOf(Cloud& cloud, const Profile& profile, const ControllerSettings& settings) {
  return {.region = cloud.Region(),
          .strict = settings.strict_parameters,
          .ignores_limit = profile.ignores_limit};
}

ControllerService::ControllerService(Cloud& cloud, Clock& clock, const Profile& profile,
                                     const ControllerSettings& settings)
    : clock_(clock),
      profile_(profile),
      rules_(RulesOf(cloud, profile, settings)),
      context_{.cloud = cloud,
               .clock = clock,
               .locks = locks_,
               .cluster_id = settings.cluster_id,
               .cluster = settings.cluster,
               .pv_labeler = settings.pv_labeler,
               .profile = profile},
      zones_(cloud, clock,
             {.default_zone = settings.default_zone,
              .cluster = settings.cluster,
              .reads_node_labels = settings.reads_node_labels,
              .keeps_to_one = profile.keeps_to_one_zone}),
      volumes_(context_, zones_),
      attachments_(context_),
      snapshots_(context_),
      queries_(context_),
      changes_(context_) {}

grpc::Status ControllerService::Refused(std::string_view call, const RpcError& error) const {
  return Answered(profile_, call, error);
}

grpc::Status ControllerService::CreateVolume(grpc::ServerContext* context,
                                             const csi::v1::CreateVolumeRequest* request,
                                             csi::v1::CreateVolumeResponse* response) {
  const auto offered = CheckOffered(profile_, *request);
  if (!offered) return Refused("CreateVolume", offered.error());
  const auto wanted = ParseCreateVolume(*request, rules_);
  if (!wanted) return Refused("CreateVolume", wanted.error());
  const auto disk = volumes_.Create(*wanted, DeadlineOf(*context, clock_));
  if (!disk) return Refused("CreateVolume", disk.error());
  *response->mutable_volume() = profile_.speaks_ack ? AckVolume(request->parameters(), *disk)
                                                    : ToProto(*disk, wanted->disk.context);
  return grpc::Status::OK;
}

grpc::Status ControllerService::DeleteVolume(grpc::ServerContext* context,
                                             const csi::v1::DeleteVolumeRequest* request,
                                             csi::v1::DeleteVolumeResponse*) {
  const auto volume_id = ParseId(*request, "volume_id", request->volume_id());
  if (!volume_id) return Refused("DeleteVolume", volume_id.error());
  const auto deadline = DeadlineOf(*context, clock_);
  if (profile_.takes_disks_away) {
    const auto free = attachments_.TakeAway(*volume_id, deadline);
    if (!free) return Refused("DeleteVolume", free.error());
  }
  const auto deleted = volumes_.Delete(*volume_id, deadline);
  return deleted ? grpc::Status::OK : Refused("DeleteVolume", deleted.error());
}

grpc::Status ControllerService::ControllerPublishVolume(
    grpc::ServerContext* context, const csi::v1::ControllerPublishVolumeRequest* request,
    csi::v1::ControllerPublishVolumeResponse* response) {
  const auto wanted = ParsePublish(*request);
  if (!wanted) return Refused("ControllerPublishVolume", wanted.error());
  const auto publish_context = attachments_.Publish(*wanted, DeadlineOf(*context, clock_));
  if (!publish_context) return Refused("ControllerPublishVolume", publish_context.error());
  response->mutable_publish_context()->insert(publish_context->begin(), publish_context->end());
  return grpc::Status::OK;
}

grpc::Status ControllerService::ControllerUnpublishVolume(
    grpc::ServerContext* context, const csi::v1::ControllerUnpublishVolumeRequest* request,
    csi::v1::ControllerUnpublishVolumeResponse*) {
  const auto wanted = ParseUnpublish(*request);
  if (!wanted) return Refused("ControllerUnpublishVolume", wanted.error());
  const auto detached = attachments_.Unpublish(*wanted, DeadlineOf(*context, clock_));
  return detached ? grpc::Status::OK : Refused("ControllerUnpublishVolume", detached.error());
}

grpc::Status ControllerService::ValidateVolumeCapabilities(
    grpc::ServerContext* context, const csi::v1::ValidateVolumeCapabilitiesRequest* request,
    csi::v1::ValidateVolumeCapabilitiesResponse* response) {
  const auto uses = ParseValidate(*request);
  if (!uses) return Refused("ValidateVolumeCapabilities", uses.error());
  const auto usable =
      queries_.CheckUsable(request->volume_id(), *uses, DeadlineOf(*context, clock_));
  if (!usable && usable.error().code != grpc::StatusCode::INVALID_ARGUMENT) {
    return Refused("ValidateVolumeCapabilities", usable.error());
  }
  const auto parameters = ParseDiskParameters(
      {request->parameters().begin(), request->parameters().end()},
      {request->mutable_parameters().begin(), request->mutable_parameters().end()}, rules_);
  const auto offered = CheckOffered(profile_, request->volume_capabilities());
  if (!usable || !parameters || !offered) {
    response->set_message((!usable       ? usable.error()
                           : !parameters ? parameters.error()
                                         : offered.error())
                              .message);
    return grpc::Status::OK;
  }
  auto& confirmed = *response->mutable_confirmed();
  *confirmed.mutable_volume_context() = request->volume_context();
  *confirmed.mutable_volume_capabilities() = request->volume_capabilities();
  *confirmed.mutable_parameters() = request->parameters();
  *confirmed.mutable_mutable_parameters() = request->mutable_parameters();
  return grpc::Status::OK;
}

grpc::Status ControllerService::ListVolumes(grpc::ServerContext* context,
                                            const csi::v1::ListVolumesRequest* request,
                                            csi::v1::ListVolumesResponse* response) {
  if (!Announces(profile_, Rpc::LIST_VOLUMES)) return Unannounced();
  const auto wanted = ParseListVolumes(*request);
  if (!wanted) return Refused("ListVolumes", wanted.error());
  const auto list = queries_.List(*wanted, DeadlineOf(*context, clock_));
  if (!list) return Refused("ListVolumes", list.error());
  for (const auto& disk : list->items) {
    auto& entry = *response->add_entries();
    *entry.mutable_volume() = ToProto(disk);
    AddNodes(disk, entry.mutable_status()->mutable_published_node_ids());
  }
  response->set_next_token(list->next_token);
  return grpc::Status::OK;
}

grpc::Status ControllerService::GetCapacity(grpc::ServerContext* context,
                                            const csi::v1::GetCapacityRequest* request,
                                            csi::v1::GetCapacityResponse* response) {
  if (!Announces(profile_, Rpc::GET_CAPACITY)) return Unannounced();
  const auto wanted = ParseGetCapacity(*request, rules_);
  if (!wanted) return Refused("GetCapacity", wanted.error());
  const auto sizes = zones_.Capacity(*wanted, DeadlineOf(*context, clock_));
  if (!sizes) return Refused("GetCapacity", sizes.error());
  response->set_available_capacity(sizes->most_bytes);
  response->mutable_maximum_volume_size()->set_value(sizes->most_bytes);
  response->mutable_minimum_volume_size()->set_value(sizes->least_bytes);
  return grpc::Status::OK;
}

grpc::Status ControllerService::ControllerGetCapabilities(
    grpc::ServerContext*, const csi::v1::ControllerGetCapabilitiesRequest*,
    csi::v1::ControllerGetCapabilitiesResponse* response) {
  for (const auto rpc : profile_.controller_rpcs) {
    response->add_capabilities()->mutable_rpc()->set_type(rpc);
  }
  return grpc::Status::OK;
}

grpc::Status ControllerService::CreateSnapshot(grpc::ServerContext* context,
                                               const csi::v1::CreateSnapshotRequest* request,
                                               csi::v1::CreateSnapshotResponse* response) {
  const auto wanted = ParseCreateSnapshot(*request, rules_);
  if (!wanted) return Refused("CreateSnapshot", wanted.error());
  const auto snapshot = snapshots_.Create(*wanted, DeadlineOf(*context, clock_));
  if (!snapshot) return Refused("CreateSnapshot", snapshot.error());
  *response->mutable_snapshot() = ToProto(*snapshot);
  return grpc::Status::OK;
}

grpc::Status ControllerService::DeleteSnapshot(grpc::ServerContext* context,
                                               const csi::v1::DeleteSnapshotRequest* request,
                                               csi::v1::DeleteSnapshotResponse*) {
  const auto snapshot_id = ParseId(*request, "snapshot_id", request->snapshot_id());
  if (!snapshot_id) return Refused("DeleteSnapshot", snapshot_id.error());
  const auto deleted = snapshots_.Delete(*snapshot_id, DeadlineOf(*context, clock_));
  return deleted ? grpc::Status::OK : Refused("DeleteSnapshot", deleted.error());
}

grpc::Status ControllerService::ListSnapshots(grpc::ServerContext* context,
                                              const csi::v1::ListSnapshotsRequest* request,
                                              csi::v1::ListSnapshotsResponse* response) {
  const auto wanted = ParseListSnapshots(*request);
  if (!wanted) return Refused("ListSnapshots", wanted.error());
  const bool unbounded = wanted->snapshot_id.empty() && wanted->source_volume_id.empty();
  if (profile_.lists_need_cluster && unbounded && context_.cluster_id.empty()) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            "snapshot_id and source_volume_id are missing, and no cluster id is set"};
  }
  const auto list = snapshots_.List(*wanted, DeadlineOf(*context, clock_));
  if (!list) return Refused("ListSnapshots", list.error());
  for (const auto& snapshot : list->items) {
    *response->add_entries()->mutable_snapshot() = ToProto(snapshot);
  }
  response->set_next_token(list->next_token);
  return grpc::Status::OK;
}

grpc::Status ControllerService::GetSnapshot(grpc::ServerContext* context,
                                            const csi::v1::GetSnapshotRequest* request,
                                            csi::v1::GetSnapshotResponse* response) {
  if (!Announces(profile_, Rpc::GET_SNAPSHOT)) return Unannounced();
  const auto snapshot_id = ParseId(*request, "snapshot_id", request->snapshot_id());
  if (!snapshot_id) return Refused("GetSnapshot", snapshot_id.error());
  const auto snapshot = snapshots_.Get(*snapshot_id, DeadlineOf(*context, clock_));
  if (!snapshot) return Refused("GetSnapshot", snapshot.error());
  *response->mutable_snapshot() = ToProto(*snapshot);
  return grpc::Status::OK;
}

grpc::Status ControllerService::ControllerExpandVolume(
    grpc::ServerContext* context, const csi::v1::ControllerExpandVolumeRequest* request,
    csi::v1::ControllerExpandVolumeResponse* response) {
  const auto wanted = ParseExpand(*request);
  if (!wanted) return Refused("ControllerExpandVolume", wanted.error());
  const auto size_gib = changes_.Expand(*wanted, DeadlineOf(*context, clock_));
  if (!size_gib) return Refused("ControllerExpandVolume", size_gib.error());
  const bool echoes = profile_.echoes_expanded_size;
  response->set_capacity_bytes(echoes ? request->capacity_range().required_bytes()
                                      : *size_gib * kBytesPerGiB);
  response->set_node_expansion_required(echoes || !wanted->block);
  return grpc::Status::OK;
}

grpc::Status ControllerService::ControllerGetVolume(
    grpc::ServerContext* context, const csi::v1::ControllerGetVolumeRequest* request,
    csi::v1::ControllerGetVolumeResponse* response) {
  if (!Announces(profile_, Rpc::GET_VOLUME)) return Unannounced();
  const auto volume_id = ParseId(*request, "volume_id", request->volume_id());
  if (!volume_id) return Refused("ControllerGetVolume", volume_id.error());
  const auto disk = queries_.Get(*volume_id, DeadlineOf(*context, clock_));
  if (!disk) return Refused("ControllerGetVolume", disk.error());
  *response->mutable_volume() = ToProto(*disk);
  AddNodes(*disk, response->mutable_status()->mutable_published_node_ids());
  return grpc::Status::OK;
}

grpc::Status ControllerService::ControllerModifyVolume(
    grpc::ServerContext* context, const csi::v1::ControllerModifyVolumeRequest* request,
    csi::v1::ControllerModifyVolumeResponse*) {
  const auto wanted = ParseModify(*request);
  if (!wanted) return Refused("ControllerModifyVolume", wanted.error());
  const auto modified = changes_.Modify(*wanted, DeadlineOf(*context, clock_));
  return modified ? grpc::Status::OK : Refused("ControllerModifyVolume", modified.error());
}

}  // namespace driver
