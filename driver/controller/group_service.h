#pragma once
// The GroupController service of CSI.
#include <string_view>

#include "csi.grpc.pb.h"
#include "driver/base/volume_locks.h"
#include "driver/controller/controller_service.h"
#include "driver/controller/snapshot_groups.h"
#include "driver/csi/profile.h"

namespace driver {

// Thin: parses, calls, translates back. In a profile without groups it announces nothing and every
// call is UNIMPLEMENTED. Thread-safe. What it is given outlives it.
class GroupService : public csi::v1::GroupController::Service {
 public:
  GroupService(Cloud& cloud, Clock& clock, const Profile& profile,
               const ControllerSettings& settings);

  grpc::Status GroupControllerGetCapabilities(
      grpc::ServerContext* context, const csi::v1::GroupControllerGetCapabilitiesRequest* request,
      csi::v1::GroupControllerGetCapabilitiesResponse* response) override;
  grpc::Status CreateVolumeGroupSnapshot(
      grpc::ServerContext* context, const csi::v1::CreateVolumeGroupSnapshotRequest* request,
      csi::v1::CreateVolumeGroupSnapshotResponse* response) override;
  grpc::Status DeleteVolumeGroupSnapshot(
      grpc::ServerContext* context, const csi::v1::DeleteVolumeGroupSnapshotRequest* request,
      csi::v1::DeleteVolumeGroupSnapshotResponse* response) override;
  grpc::Status GetVolumeGroupSnapshot(grpc::ServerContext* context,
                                      const csi::v1::GetVolumeGroupSnapshotRequest* request,
                                      csi::v1::GetVolumeGroupSnapshotResponse* response) override;

 private:
  grpc::Status Refused(std::string_view call, const RpcError& error) const;

  Clock& clock_;
  const Profile& profile_;
  const ParameterRules rules_;
  VolumeLocks locks_;
  SnapshotGroups groups_;
};

}  // namespace driver
