#include "driver/csi/profile.h"

#include <algorithm>
#include <array>

namespace driver {
namespace {

using Plugin = csi::v1::PluginCapability::Service;
using Rpc = csi::v1::ControllerServiceCapability::RPC;
using NodeCapability = csi::v1::NodeServiceCapability::RPC;

constexpr std::array<PluginService, 2> kFullPlugin = {
    Plugin::CONTROLLER_SERVICE,
    Plugin::VOLUME_ACCESSIBILITY_CONSTRAINTS,
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
constexpr std::array kAckCodes = {
    // A size that no category has uses up the attempts; stock and quota are errors like any other.
    CodeRow{"CreateVolume", OUT_OF_RANGE, INVALID_ARGUMENT},
    CodeRow{"CreateVolume", RESOURCE_EXHAUSTED, INTERNAL},
    CodeRow{"CreateVolume", FAILED_PRECONDITION, INTERNAL},
    CodeRow{"CreateVolume", UNAVAILABLE, UNKNOWN},
    CodeRow{"DeleteVolume", FAILED_PRECONDITION, INTERNAL},
    CodeRow{"DeleteVolume", UNAVAILABLE, INTERNAL},
    CodeRow{"ControllerPublishVolume", RESOURCE_EXHAUSTED, INTERNAL},
    CodeRow{"ControllerPublishVolume", FAILED_PRECONDITION, ABORTED},
    CodeRow{"ControllerPublishVolume", UNAVAILABLE, ABORTED},
    CodeRow{"ControllerUnpublishVolume", FAILED_PRECONDITION, ABORTED},
    CodeRow{"ControllerUnpublishVolume", UNAVAILABLE, ABORTED},
    CodeRow{"ControllerExpandVolume", NOT_FOUND, INTERNAL},
    CodeRow{"ControllerExpandVolume", OUT_OF_RANGE, INTERNAL},
    CodeRow{"ControllerExpandVolume", FAILED_PRECONDITION, INTERNAL},
    CodeRow{"ControllerExpandVolume", UNAVAILABLE, INTERNAL},
    CodeRow{"CreateSnapshot", NOT_FOUND, INTERNAL},
    CodeRow{"CreateSnapshot", FAILED_PRECONDITION, INTERNAL},
    CodeRow{"CreateSnapshot", UNAVAILABLE, INTERNAL},
    CodeRow{"DeleteSnapshot", FAILED_PRECONDITION, INTERNAL},
    CodeRow{"DeleteSnapshot", UNAVAILABLE, INTERNAL},
};

}  // namespace

const Profile& FullProfile() {
  static const Profile profile{
      .plugin_services = kFullPlugin, .controller_rpcs = kFullController, .node_rpcs = kFullNode};
  return profile;
}

const Profile& AckProfile() {
  static const Profile profile{.plugin_services = kFullPlugin,
                               .controller_rpcs = kAckController,
                               .node_rpcs = kAckNode,
                               .codes = kAckCodes,
                               .probe_tells_ready = false,
                               .needs_size = true,
                               .lists_need_cluster = true,
                               .echoes_expanded_size = true};
  return profile;
}

bool Announces(const Profile& profile, ControllerRpc rpc) {
  return std::ranges::find(profile.controller_rpcs, rpc) != profile.controller_rpcs.end();
}

grpc::Status Answered(const Profile& profile, std::string_view call, const grpc::Status& status) {
  const auto row = std::ranges::find_if(profile.codes, [&](const CodeRow& one) {
    return one.call == call && one.from == status.error_code();
  });
  return row == profile.codes.end() ? status : grpc::Status(row->to, status.error_message());
}

}  // namespace driver
