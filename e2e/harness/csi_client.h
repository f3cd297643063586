#pragma once
// The CSI calls as kubelet and the sidecars make them, over a unix socket.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csi.grpc.pb.h"
#include "topology/requirement.h"

namespace e2e {

inline constexpr std::int64_t kGiB = std::int64_t{1} << 30;

// A reply, or the status that came in its place.
template <class Reply>
struct Rpc {
  grpc::Status status;
  Reply reply;
  bool Ok() const { return status.ok(); }
};

// How a volume is used; the default is a mounted ext4 for one node.
struct Use {
  bool block = false;
  std::string fs_type = "ext4";
  csi::v1::VolumeCapability::AccessMode::Mode mode =
      csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_WRITER;
  std::vector<std::string> mount_flags;
};
csi::v1::VolumeCapability Capability(const Use& use);

csi::v1::CreateVolumeRequest VolumeRequest(const std::string& name, std::int64_t bytes,
                                           const Use& use = {});
// Fills accessibility_requirements.
void Require(csi::v1::CreateVolumeRequest& request, const topology::Requirement& requirement);
// Requisite and preferred are this one zone, as for a pod whose node was chosen.
void RequireZone(csi::v1::CreateVolumeRequest& request, const std::string& zone);

// Where one volume is staged and published on one node.
struct MountPaths {
  std::filesystem::path staging;
  std::filesystem::path target;
};

inline constexpr std::chrono::seconds kCallLimit{30};

// One driver socket. Every call has a deadline of `limit`. Thread-safe.
class CsiClient {
 public:
  explicit CsiClient(const std::filesystem::path& socket, std::chrono::seconds limit = kCallLimit);

  Rpc<csi::v1::CreateVolumeResponse> CreateVolume(const csi::v1::CreateVolumeRequest& request);
  Rpc<csi::v1::DeleteVolumeResponse> DeleteVolume(const std::string& volume);
  Rpc<csi::v1::ControllerPublishVolumeResponse> Publish(const std::string& volume,
                                                        const std::string& node,
                                                        const Use& use = {});
  Rpc<csi::v1::ControllerUnpublishVolumeResponse> Unpublish(const std::string& volume,
                                                            const std::string& node);
  Rpc<csi::v1::CreateSnapshotResponse> CreateSnapshot(const std::string& volume,
                                                      const std::string& name);
  Rpc<csi::v1::DeleteSnapshotResponse> DeleteSnapshot(const std::string& snapshot);
  Rpc<csi::v1::ControllerExpandVolumeResponse> Expand(const std::string& volume,
                                                      std::int64_t bytes);
  Rpc<csi::v1::ControllerModifyVolumeResponse> Modify(
      const std::string& volume, const std::map<std::string, std::string>& parameters);

  // Stage and publish with what ControllerPublish answered.
  Rpc<csi::v1::NodeStageVolumeResponse> Stage(
      const std::string& volume, const csi::v1::ControllerPublishVolumeResponse& published,
      const MountPaths& paths, const Use& use = {});
  Rpc<csi::v1::NodePublishVolumeResponse> PublishOnNode(
      const std::string& volume, const csi::v1::ControllerPublishVolumeResponse& published,
      const MountPaths& paths, const Use& use = {});
  Rpc<csi::v1::NodeUnpublishVolumeResponse> UnpublishOnNode(const std::string& volume,
                                                            const MountPaths& paths);
  Rpc<csi::v1::NodeUnstageVolumeResponse> Unstage(const std::string& volume,
                                                  const MountPaths& paths);
  Rpc<csi::v1::NodeGetInfoResponse> NodeInfo();
  Rpc<csi::v1::ProbeResponse> Probe();

  csi::v1::Controller::Stub& ControllerStub() { return *controller_; }
  csi::v1::Node::Stub& NodeStub() { return *node_; }
  csi::v1::Identity::Stub& IdentityStub() { return *identity_; }

  std::chrono::seconds Limit() const { return limit_; }

 private:
  std::chrono::seconds limit_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<csi::v1::Controller::Stub> controller_;
  std::unique_ptr<csi::v1::Node::Stub> node_;
  std::unique_ptr<csi::v1::Identity::Stub> identity_;
};

// One call through a stub's member:
//   Ask(client.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request)
template <class Stub, class Request, class Reply>
Rpc<Reply> Ask(Stub& stub, grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&, Reply*),
               const Request& request, std::chrono::seconds limit = kCallLimit) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + limit);
  Rpc<Reply> rpc;
  rpc.status = (stub.*call)(&context, request, &rpc.reply);
  return rpc;
}

// "FAILED_PRECONDITION: disk d-… is In_use", for messages of failed expectations.
std::string ToText(const grpc::Status& status);

}  // namespace e2e
