#include "driver/csi/profile.h"

#include <algorithm>
#include <array>

namespace driver {
namespace {

using Plugin = csi::v1::PluginCapability::Service;
using Rpc = csi::v1::ControllerServiceCapability::RPC;
using NodeCapability = csi::v1::NodeServiceCapability::RPC;

constexpr std::array<PluginService, 3> kFullPlugin = {
    Plugin::CONTROLLER_SERVICE,
    Plugin::VOLUME_ACCESSIBILITY_CONSTRAINTS,
    Plugin::GROUP_CONTROLLER_SERVICE,
};

// ACK's has a gate for groups, which is off.
constexpr std::array<PluginService, 2> kAckPlugin = {
    Plugin::CONTROLLER_SERVICE,
    Plugin::VOLUME_ACCESSIBILITY_CONSTRAINTS,
};

constexpr std::array<GroupRpc, 1> kFullGroup = {
    csi::v1::GroupControllerServiceCapability::RPC::CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT,
};

constexpr std::array<ControllerRpc, 13> kFullController = {
    Rpc::CREATE_DELETE_VOLUME,
    Rpc::PUBLISH_UNPUBLISH_VOLUME,
    Rpc::LIST_VOLUMES,
    Rpc::GET_CAPACITY,
    Rpc::CREATE_DELETE_SNAPSHOT,
    Rpc::LIST_SNAPSHOTS,
    Rpc::CLONE_VOLUME,
    Rpc::EXPAND_VOLUME,
    Rpc::LIST_VOLUMES_PUBLISHED_NODES,
    Rpc::GET_VOLUME,
    Rpc::SINGLE_NODE_MULTI_WRITER,
    Rpc::MODIFY_VOLUME,
    Rpc::GET_SNAPSHOT,
};

constexpr std::array<NodeRpc, 4> kFullNode = {
    NodeCapability::STAGE_UNSTAGE_VOLUME,
    NodeCapability::GET_VOLUME_STATS,
    NodeCapability::EXPAND_VOLUME,
    NodeCapability::SINGLE_NODE_MULTI_WRITER,
};

constexpr std::array<ControllerRpc, 6> kAckController = {
    Rpc::CREATE_DELETE_VOLUME,   Rpc::PUBLISH_UNPUBLISH_VOLUME,
    Rpc::CREATE_DELETE_SNAPSHOT, Rpc::LIST_SNAPSHOTS,
    Rpc::EXPAND_VOLUME,          Rpc::MODIFY_VOLUME,
};

constexpr std::array<NodeRpc, 3> kAckNode = {
    NodeCapability::STAGE_UNSTAGE_VOLUME,
    NodeCapability::EXPAND_VOLUME,
    NodeCapability::GET_VOLUME_STATS,
};

using enum grpc::StatusCode;
// Source: alibaba-cloud-csi-driver, controller.
constexpr std::array kAckCloudCodes = {
    CloudCodeRow{"CreateVolume", "InvalidSnapshotId.NotFound", NOT_FOUND},
    CloudCodeRow{"CreateVolume", kNoAnswer, UNKNOWN},
    CloudCodeRow{"CreateVolume", "", INTERNAL},
    CloudCodeRow{"DeleteVolume", "", INTERNAL},
    CloudCodeRow{"ControllerPublishVolume", "InvalidDiskId.NotFound", NOT_FOUND},
    CloudCodeRow{"ControllerPublishVolume", "InvalidInstanceId.NotFound", NOT_FOUND},
    CloudCodeRow{"ControllerPublishVolume", "InstanceDiskLimitExceeded", INTERNAL},
    CloudCodeRow{"ControllerPublishVolume", "DiskNotPortable", INTERNAL},
    CloudCodeRow{"ControllerPublishVolume", "NotSupportDiskCategory", INTERNAL},
    CloudCodeRow{"ControllerPublishVolume", "", ABORTED},
    CloudCodeRow{"ControllerUnpublishVolume", "", ABORTED},
    CloudCodeRow{"ControllerExpandVolume", "", INTERNAL},
    CloudCodeRow{"CreateSnapshot", "IdempotentParameterMismatch", ALREADY_EXISTS},
    CloudCodeRow{"CreateSnapshot", "QuotaExceed.Snapshot", RESOURCE_EXHAUSTED},
    CloudCodeRow{"CreateSnapshot", "", INTERNAL},
    CloudCodeRow{"DeleteSnapshot", "", INTERNAL},
};

constexpr std::array kAckOwnCodes = {
    OwnCodeRow{"DeleteVolume", FAILED_PRECONDITION, INTERNAL},
    OwnCodeRow{"ControllerPublishVolume", FAILED_PRECONDITION, ABORTED},
    OwnCodeRow{"ControllerExpandVolume", NOT_FOUND, INTERNAL},
    OwnCodeRow{"ControllerExpandVolume", OUT_OF_RANGE, INTERNAL},
    OwnCodeRow{"ControllerExpandVolume", FAILED_PRECONDITION, INTERNAL},
    OwnCodeRow{"CreateSnapshot", NOT_FOUND, INTERNAL},
};

constexpr std::array<std::string_view, 6> kAckNextAttempt = {
    "InvalidDataDiskCategory",
    "InvalidDiskSize.NotSupported",
    "InvalidDataDiskSize.ValueNotSupported",
    "OperationDenied.PerformanceLevelNotMatch",
    "InvalidPerformanceLevel.Malformed",
    "InvalidProvisionedIops.LimitExceed",
};

}  // namespace

const Profile& FullProfile() {
  static const Profile profile{.plugin_services = kFullPlugin,
                               .controller_rpcs = kFullController,
                               .group_rpcs = kFullGroup,
                               .node_rpcs = kFullNode};
  return profile;
}

const Profile& AckProfile() {
  static const Profile profile{.plugin_services = kAckPlugin,
                               .controller_rpcs = kAckController,
                               .node_rpcs = kAckNode,
                               .cloud_codes = kAckCloudCodes,
                               .own_codes = kAckOwnCodes,
                               .probe_tells_ready = false,
                               .needs_size = true,
                               .ignores_limit = true,
                               .trusts_sources = true,
                               .keeps_to_one_zone = true,
                               .next_attempt = kAckNextAttempt,
                               .takes_disks_away = true,
                               .speaks_ack = true,
                               .lists_need_cluster = true,
                               .echoes_expanded_size = true};
  return profile;
}

bool Announces(const Profile& profile, ControllerRpc rpc) {
  return std::ranges::find(profile.controller_rpcs, rpc) != profile.controller_rpcs.end();
}

grpc::Status Unannounced() {
  return {grpc::StatusCode::UNIMPLEMENTED, "not announced in this profile"};
}

grpc::Status Answered(const Profile& profile, std::string_view call, const RpcError& error) {
  if (!error.cloud_code.empty()) {
    const auto row = std::ranges::find_if(profile.cloud_codes, [&](const CloudCodeRow& one) {
      return one.call == call && error.cloud_code.starts_with(one.cloud);
    });
    return {row == profile.cloud_codes.end() ? error.code : row->to, error.message};
  }
  const auto row = std::ranges::find_if(profile.own_codes, [&](const OwnCodeRow& one) {
    return one.call == call && one.from == error.code;
  });
  return {row == profile.own_codes.end() ? error.code : row->to, error.message};
}

}  // namespace driver
