#pragma once
// CSI requests as values, checked against what CSI itself demands: required fields, their sizes,
// contradictions. The only place that turns bytes into GiB. The cloud checks the rest.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/units.h"
#include "csi.pb.h"
#include "driver/base/result.h"
#include "driver/controller/disk_parameters.h"
#include "driver/controller/snapshot_parameters.h"
#include "driver/controller/volume_change.h"
#include "driver/csi/access_mode.h"
#include "topology/labels.h"

namespace driver {

using base::kBytesPerGiB;

// How a volume is to be used.
struct VolumeUse {
  bool block = false;
  std::string fs_type;  // empty: the node's default
  AccessMode mode = csi::v1::VolumeCapability::AccessMode::UNKNOWN;
};

// INVALID_ARGUMENT when no volume can be used like that, whatever its disk.
Result<void> CheckServed(const VolumeUse& use);

// A capacity range in whole GiB: required rounded up, limit rounded down.
struct CapacityRange {
  std::int64_t at_least_gib = 0;  // 0: not said
  std::int64_t at_most_gib = 0;   // 0: not said
  bool Allows(std::int64_t gib) const {
    return gib >= at_least_gib && (at_most_gib == 0 || gib <= at_most_gib);
  }
};

// Which claim a volume is for. Empty members: not told.
struct ClaimName {
  std::string ns;
  std::string name;
  std::string uid;  // as the cluster says
};

struct CreateVolumeRequest {
  std::string name;
  ClaimName claim;
  CapacityRange size;
  std::vector<VolumeUse> uses;
  DiskParameters disk;
  std::string source_snapshot_id;  // at most one of the two sources is set
  std::string source_volume_id;
  std::vector<topology::Labels> requisite;
  std::vector<topology::Labels> preferred;
  // From the claim itself (claim_annotations.h).
  std::string selected_node;    // the scheduler's choice; empty: not told
  std::string adopted_disk_id;  // becomes the volume; empty: a new disk
  bool claim_gone = false;      // it was deleted meanwhile: what it asked for is not known
};

struct PublishVolumeRequest {
  std::string volume_id;
  std::string node_id;
  VolumeUse use;
};

struct UnpublishVolumeRequest {
  std::string volume_id;
  std::string node_id;  // empty: every node
};

struct CapacityRequest {
  std::vector<VolumeUse> uses;
  DiskParameters disk;
  std::optional<topology::Labels> place;
  bool refused = false;  // CreateVolume will not take such parameters, and will say why
};

struct CreateSnapshotRequest {
  std::string name;
  std::string source_volume_id;
  SnapshotParameters parameters;
};

// Which page of a list: the cloud's page that `cloud_token` starts, without what was listed of it
// already. Ids, since a count would skip an entry when an earlier one goes.
struct PageRequest {
  int max_entries = 0;  // 0: all
  std::string cloud_token;
  std::vector<std::string> listed;
};

struct ListSnapshotsRequest {
  PageRequest page;
  std::string snapshot_id;
  std::string source_volume_id;
};

struct CreateGroupRequest {
  std::string name;
  std::vector<std::string> source_volume_ids;  // sorted, each once
  SnapshotParameters parameters;
};

// A group that exists, and what the caller takes for its members; none: not said.
struct GroupRequest {
  std::string group_id;
  std::vector<std::string> snapshot_ids;
};

struct ExpandVolumeRequest {
  std::string volume_id;
  CapacityRange size;
  bool block = false;
};

struct ModifyVolumeRequest {
  std::string volume_id;
  VolumeChange change;
};

// All return INVALID_ARGUMENT for a missing or oversized field, unless said otherwise.
// OUT_OF_RANGE when no whole GiB lies in the capacity range.
Result<CreateVolumeRequest> ParseCreateVolume(const csi::v1::CreateVolumeRequest& request,
                                              const ParameterRules& rules);
// Of a request that has nothing but the id of what it is about, in `field`.
Result<std::string> ParseId(const google::protobuf::Message& request, std::string_view field,
                            const std::string& id);
Result<PublishVolumeRequest> ParsePublish(const csi::v1::ControllerPublishVolumeRequest& request);
Result<UnpublishVolumeRequest> ParseUnpublish(
    const csi::v1::ControllerUnpublishVolumeRequest& request);
Result<std::vector<VolumeUse>> ParseValidate(
    const csi::v1::ValidateVolumeCapabilitiesRequest& request);
// ABORTED for a malformed starting_token.
Result<PageRequest> ParseListVolumes(const csi::v1::ListVolumesRequest& request);
Result<CapacityRequest> ParseGetCapacity(const csi::v1::GetCapacityRequest& request,
                                         const ParameterRules& rules);
Result<CreateSnapshotRequest> ParseCreateSnapshot(const csi::v1::CreateSnapshotRequest& request,
                                                  const ParameterRules& rules);
// ABORTED for a malformed starting_token.
Result<ListSnapshotsRequest> ParseListSnapshots(const csi::v1::ListSnapshotsRequest& request);
Result<CreateGroupRequest> ParseCreateGroup(
    const csi::v1::CreateVolumeGroupSnapshotRequest& request, const ParameterRules& rules);
Result<GroupRequest> ParseDeleteGroup(const csi::v1::DeleteVolumeGroupSnapshotRequest& request);
Result<GroupRequest> ParseGetGroup(const csi::v1::GetVolumeGroupSnapshotRequest& request);
Result<ExpandVolumeRequest> ParseExpand(const csi::v1::ControllerExpandVolumeRequest& request);
Result<ModifyVolumeRequest> ParseModify(const csi::v1::ControllerModifyVolumeRequest& request);

}  // namespace driver
