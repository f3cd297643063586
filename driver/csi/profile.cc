#include "driver/csi/profile.h"

#include <array>

namespace driver {
namespace {

using Plugin = csi::v1::PluginCapability::Service;
using Rpc = csi::v1::ControllerServiceCapability::RPC;

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

}  // namespace

const Profile& FullProfile() {
  static const Profile profile{kFullPlugin, kFullController};
  return profile;
}

}  // namespace driver
