#pragma once
// The Controller service of CSI.
#include <string>

#include "csi.grpc.pb.h"
#include "driver/base/volume_locks.h"
#include "driver/controller/attachments.h"
#include "driver/controller/snapshots.h"
#include "driver/controller/volume_changes.h"
#include "driver/controller/volume_queries.h"
#include "driver/controller/volumes.h"
#include "driver/controller/zones.h"
#include "driver/csi/profile.h"

namespace driver {

struct ControllerSettings {
  std::string default_zone;         // for volumes without topology; may be empty
  std::string cluster_id;           // tag of every disk and snapshot; may be empty
  Cluster* cluster = nullptr;       // none outside Kubernetes
  PvLabeler* pv_labeler = nullptr;  // none outside Kubernetes
  bool strict_parameters = false;   // what would be taken without effect is refused
  bool reads_node_labels = false;   // a disk for a Node is of a category that its labels name
};

// What class parameters may say.
ParameterRules RulesOf(Cloud& cloud, const Profile& profile, const ControllerSettings& settings);

// Thin: parses, calls, translates back. Thread-safe. What it is given outlives it.
class ControllerService : public csi::v1::Controller::Service {
 public:
  ControllerService(Cloud& cloud, Clock& clock, const Profile& profile,
                    const ControllerSettings& settings);

  grpc::Status CreateVolume(grpc::ServerContext* context,
                            const csi::v1::CreateVolumeRequest* request,
                            csi::v1::CreateVolumeResponse* response) override;
  grpc::Status DeleteVolume(grpc::ServerContext* context,
                            const csi::v1::DeleteVolumeRequest* request,
                            csi::v1::DeleteVolumeResponse* response) override;
  grpc::Status ControllerPublishVolume(grpc::ServerContext* context,
                                       const csi::v1::ControllerPublishVolumeRequest* request,
                                       csi::v1::ControllerPublishVolumeResponse* response) override;
  grpc::Status ControllerUnpublishVolume(
      grpc::ServerContext* context, const csi::v1::ControllerUnpublishVolumeRequest* request,
      csi::v1::ControllerUnpublishVolumeResponse* response) override;
  grpc::Status ValidateVolumeCapabilities(
      grpc::ServerContext* context, const csi::v1::ValidateVolumeCapabilitiesRequest* request,
      csi::v1::ValidateVolumeCapabilitiesResponse* response) override;
  grpc::Status ListVolumes(grpc::ServerContext* context, const csi::v1::ListVolumesRequest* request,
                           csi::v1::ListVolumesResponse* response) override;
  grpc::Status GetCapacity(grpc::ServerContext* context, const csi::v1::GetCapacityRequest* request,
                           csi::v1::GetCapacityResponse* response) override;
  grpc::Status ControllerGetCapabilities(
      grpc::ServerContext* context, const csi::v1::ControllerGetCapabilitiesRequest* request,
      csi::v1::ControllerGetCapabilitiesResponse* response) override;
  grpc::Status CreateSnapshot(grpc::ServerContext* context,
                              const csi::v1::CreateSnapshotRequest* request,
                              csi::v1::CreateSnapshotResponse* response) override;
  grpc::Status DeleteSnapshot(grpc::ServerContext* context,
                              const csi::v1::DeleteSnapshotRequest* request,
                              csi::v1::DeleteSnapshotResponse* response) override;
  grpc::Status ListSnapshots(grpc::ServerContext* context,
                             const csi::v1::ListSnapshotsRequest* request,
                             csi::v1::ListSnapshotsResponse* response) override;
  grpc::Status GetSnapshot(grpc::ServerContext* context, const csi::v1::GetSnapshotRequest* request,
                           csi::v1::GetSnapshotResponse* response) override;
  grpc::Status ControllerExpandVolume(grpc::ServerContext* context,
                                      const csi::v1::ControllerExpandVolumeRequest* request,
                                      csi::v1::ControllerExpandVolumeResponse* response) override;
  grpc::Status ControllerGetVolume(grpc::ServerContext* context,
                                   const csi::v1::ControllerGetVolumeRequest* request,
                                   csi::v1::ControllerGetVolumeResponse* response) override;
  grpc::Status ControllerModifyVolume(grpc::ServerContext* context,
                                      const csi::v1::ControllerModifyVolumeRequest* request,
                                      csi::v1::ControllerModifyVolumeResponse* response) override;

 private:
  // The status of `call` that ends with the error.
  grpc::Status Refused(std::string_view call, const RpcError& error) const;

  Clock& clock_;
  const Profile& profile_;
  const ParameterRules rules_;
  VolumeLocks locks_;
  const ControllerContext context_;
  Zones zones_;
  Volumes volumes_;
  Attachments attachments_;
  Snapshots snapshots_;
  VolumeQueries queries_;
  VolumeChanges changes_;
};

}  // namespace driver
