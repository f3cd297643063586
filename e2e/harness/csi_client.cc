#include "e2e/harness/csi_client.h"

#include <fmt/format.h>

namespace e2e {
namespace {

using Controller = csi::v1::Controller::Stub;
using Node = csi::v1::Node::Stub;

void AddTerms(const std::vector<topology::Labels>& terms,
              google::protobuf::RepeatedPtrField<csi::v1::Topology>& topologies) {
  for (const auto& term : terms) {
    auto& segments = *topologies.Add()->mutable_segments();
    for (const auto& [key, value] : term) segments[key] = value;
  }
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::filesystem::path& socket) {
  grpc::ChannelArguments arguments;
  // The programs are killed and started again on purpose: come back to them at once.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("unix://" + socket.string(), grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace

csi::v1::VolumeCapability Capability(const Use& use) {
  csi::v1::VolumeCapability capability;
  capability.mutable_access_mode()->set_mode(use.mode);
  if (use.block) {
    capability.mutable_block();
  } else {
    capability.mutable_mount()->set_fs_type(use.fs_type);
    for (const auto& flag : use.mount_flags) capability.mutable_mount()->add_mount_flags(flag);
  }
  return capability;
}

csi::v1::CreateVolumeRequest VolumeRequest(const std::string& name, std::int64_t bytes,
                                           const Use& use) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(name);
  (*request.mutable_parameters())["type"] = "cloud_essd";
  request.mutable_capacity_range()->set_required_bytes(bytes);
  *request.add_volume_capabilities() = Capability(use);
  return request;
}

void Require(csi::v1::CreateVolumeRequest& request, const topology::Requirement& requirement) {
  auto& wanted = *request.mutable_accessibility_requirements();
  AddTerms(requirement.requisite, *wanted.mutable_requisite());
  AddTerms(requirement.preferred, *wanted.mutable_preferred());
}

void RequireZone(csi::v1::CreateVolumeRequest& request, const std::string& zone) {
  const topology::Labels term{{std::string(topology::kZoneKey), zone}};
  Require(request, {.requisite = {term}, .preferred = {term}});
}

CsiClient::CsiClient(const std::filesystem::path& socket, std::chrono::seconds limit)
    : limit_(limit),
      channel_(ChannelTo(socket)),
      controller_(csi::v1::Controller::NewStub(channel_)),
      node_(csi::v1::Node::NewStub(channel_)),
      identity_(csi::v1::Identity::NewStub(channel_)) {}

Rpc<csi::v1::CreateVolumeResponse> CsiClient::CreateVolume(
    const csi::v1::CreateVolumeRequest& request) {
  return Ask(*controller_, &Controller::CreateVolume, request, limit_);
}

Rpc<csi::v1::DeleteVolumeResponse> CsiClient::DeleteVolume(const std::string& volume) {
  csi::v1::DeleteVolumeRequest request;
  request.set_volume_id(volume);
  return Ask(*controller_, &Controller::DeleteVolume, request, limit_);
}

Rpc<csi::v1::ControllerPublishVolumeResponse> CsiClient::Publish(const std::string& volume,
                                                                 const std::string& node,
                                                                 const Use& use) {
  csi::v1::ControllerPublishVolumeRequest request;
  request.set_volume_id(volume);
  request.set_node_id(node);
  *request.mutable_volume_capability() = Capability(use);
  return Ask(*controller_, &Controller::ControllerPublishVolume, request, limit_);
}

Rpc<csi::v1::ControllerUnpublishVolumeResponse> CsiClient::Unpublish(const std::string& volume,
                                                                     const std::string& node) {
  csi::v1::ControllerUnpublishVolumeRequest request;
  request.set_volume_id(volume);
  request.set_node_id(node);
  return Ask(*controller_, &Controller::ControllerUnpublishVolume, request, limit_);
}

Rpc<csi::v1::CreateSnapshotResponse> CsiClient::CreateSnapshot(const std::string& volume,
                                                               const std::string& name) {
  csi::v1::CreateSnapshotRequest request;
  request.set_source_volume_id(volume);
  request.set_name(name);
  return Ask(*controller_, &Controller::CreateSnapshot, request, limit_);
}

Rpc<csi::v1::DeleteSnapshotResponse> CsiClient::DeleteSnapshot(const std::string& snapshot) {
  csi::v1::DeleteSnapshotRequest request;
  request.set_snapshot_id(snapshot);
  return Ask(*controller_, &Controller::DeleteSnapshot, request, limit_);
}

Rpc<csi::v1::ControllerExpandVolumeResponse> CsiClient::Expand(const std::string& volume,
                                                               std::int64_t bytes) {
  csi::v1::ControllerExpandVolumeRequest request;
  request.set_volume_id(volume);
  request.mutable_capacity_range()->set_required_bytes(bytes);
  return Ask(*controller_, &Controller::ControllerExpandVolume, request, limit_);
}

Rpc<csi::v1::ControllerModifyVolumeResponse> CsiClient::Modify(
    const std::string& volume, const std::map<std::string, std::string>& parameters) {
  csi::v1::ControllerModifyVolumeRequest request;
  request.set_volume_id(volume);
  request.mutable_mutable_parameters()->insert(parameters.begin(), parameters.end());
  return Ask(*controller_, &Controller::ControllerModifyVolume, request, limit_);
}

Rpc<csi::v1::NodeStageVolumeResponse> CsiClient::Stage(
    const std::string& volume, const csi::v1::ControllerPublishVolumeResponse& published,
    const MountPaths& paths, const Use& use) {
  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id(volume);
  *request.mutable_publish_context() = published.publish_context();
  request.set_staging_target_path(paths.staging);
  *request.mutable_volume_capability() = Capability(use);
  // Kubelet makes the staging folder, the driver what is under it.
  std::filesystem::create_directories(paths.staging);
  return Ask(*node_, &Node::NodeStageVolume, request, limit_);
}

Rpc<csi::v1::NodePublishVolumeResponse> CsiClient::PublishOnNode(
    const std::string& volume, const csi::v1::ControllerPublishVolumeResponse& published,
    const MountPaths& paths, const Use& use) {
  csi::v1::NodePublishVolumeRequest request;
  request.set_volume_id(volume);
  *request.mutable_publish_context() = published.publish_context();
  request.set_staging_target_path(paths.staging);
  request.set_target_path(paths.target);
  *request.mutable_volume_capability() = Capability(use);
  std::filesystem::create_directories(paths.target.parent_path());
  return Ask(*node_, &Node::NodePublishVolume, request, limit_);
}

Rpc<csi::v1::NodeUnpublishVolumeResponse> CsiClient::UnpublishOnNode(const std::string& volume,
                                                                     const MountPaths& paths) {
  csi::v1::NodeUnpublishVolumeRequest request;
  request.set_volume_id(volume);
  request.set_target_path(paths.target);
  return Ask(*node_, &Node::NodeUnpublishVolume, request, limit_);
}

Rpc<csi::v1::NodeUnstageVolumeResponse> CsiClient::Unstage(const std::string& volume,
                                                           const MountPaths& paths) {
  csi::v1::NodeUnstageVolumeRequest request;
  request.set_volume_id(volume);
  request.set_staging_target_path(paths.staging);
  return Ask(*node_, &Node::NodeUnstageVolume, request, limit_);
}

Rpc<csi::v1::NodeGetInfoResponse> CsiClient::NodeInfo() {
  return Ask(*node_, &Node::NodeGetInfo, csi::v1::NodeGetInfoRequest(), limit_);
}

Rpc<csi::v1::ProbeResponse> CsiClient::Probe() {
  return Ask(*identity_, &csi::v1::Identity::Stub::Probe, csi::v1::ProbeRequest(), limit_);
}

std::string ToText(const grpc::Status& status) {
  return fmt::format("code {}: {}", static_cast<int>(status.error_code()), status.error_message());
}

}  // namespace e2e
