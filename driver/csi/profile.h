#pragma once
// How the driver answers, as data: what it announces, and in which codes it refuses.
#include <span>
#include <string>
#include <string_view>

#include "csi.pb.h"
#include "driver/base/result.h"

namespace driver {

using PluginService = csi::v1::PluginCapability::Service::Type;
using ControllerRpc = csi::v1::ControllerServiceCapability::RPC::Type;
using GroupRpc = csi::v1::GroupControllerServiceCapability::RPC::Type;
using NodeRpc = csi::v1::NodeServiceCapability::RPC::Type;

// What a refusal of the cloud is answered with.
struct CloudCodeRow {
  std::string_view call;   // "CreateVolume"
  std::string_view cloud;  // begins the cloud's code; empty: any
  grpc::StatusCode to;
};

// What a refusal by the driver itself is answered with.
struct OwnCodeRow {
  std::string_view call;
  grpc::StatusCode from;
  grpc::StatusCode to;
};

struct Profile {
  std::span<const PluginService> plugin_services;
  std::span<const ControllerRpc> controller_rpcs;  // calls of others are UNIMPLEMENTED
  std::span<const GroupRpc> group_rpcs;            // none: there is no group controller
  std::span<const NodeRpc> node_rpcs;
  // Of each the first row that fits; without one the code is as it is.
  std::span<const CloudCodeRow> cloud_codes;
  std::span<const OwnCodeRow> own_codes;

  bool probe_tells_ready = true;
  // CreateVolume without capacity_range is refused.
  bool needs_size = false;
  // limit_bytes is not looked at.
  bool ignores_limit = false;
  // What a volume is made from, and its size, is left to the cloud to check.
  bool trusts_sources = false;
  // The zone is chosen once (topology/one_zone.h), and only categories and levels are tried there.
  bool keeps_to_one_zone = false;
  // The refusals after which those go on, by how the cloud's code begins; empty:
  // IsPlacementRefusal.
  std::span<const std::string_view> next_attempt;
  // A disk that another instance has is detached, to be attached here or deleted.
  bool takes_disks_away = false;
  // The volume context has every parameter of the class, and what the PersistentVolume is to carry;
  // the topology of a volume and a node is told in ACK's keys; the node is told the serial alone.
  bool speaks_ack = false;
  // ListSnapshots without ids needs a cluster id.
  bool lists_need_cluster = false;
  // ControllerExpandVolume answers the size asked for, and node expansion for block volumes, too.
  bool echoes_expanded_size = false;
};

// Everything that CSI offers and the cloud can do.
const Profile& FullProfile();
// What ACK's own driver offers, in its codes. Source: alibaba-cloud-csi-driver.
const Profile& AckProfile();

bool Announces(const Profile& profile, ControllerRpc rpc);
// The status of a call that the profile does not announce.
grpc::Status Unannounced();
// The status that `call` ends with.
grpc::Status Answered(const Profile& profile, std::string_view call, const RpcError& error);

// The answer of GetPluginInfo.
struct PluginName {
  std::string name;
  std::string version;
};

}  // namespace driver
