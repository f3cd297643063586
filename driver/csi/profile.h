#pragma once
// How the driver answers, as data: what it announces, and in which codes it refuses.
#include <grpcpp/support/status.h>

#include <span>
#include <string>
#include <string_view>

#include "csi.pb.h"

namespace driver {

using PluginService = csi::v1::PluginCapability::Service::Type;
using ControllerRpc = csi::v1::ControllerServiceCapability::RPC::Type;
using NodeRpc = csi::v1::NodeServiceCapability::RPC::Type;

// A refusal of a call that is answered in another code.
struct CodeRow {
  std::string_view call;  // "CreateVolume"
  grpc::StatusCode from;
  grpc::StatusCode to;
};

struct Profile {
  std::span<const PluginService> plugin_services;
  std::span<const ControllerRpc> controller_rpcs;  // calls of others are UNIMPLEMENTED
  std::span<const NodeRpc> node_rpcs;
  std::span<const CodeRow> codes;  // the first that fits
  bool probe_tells_ready = true;
  bool needs_size = false;            // CreateVolume without capacity_range is refused
  bool lists_need_cluster = false;    // ListSnapshots without ids needs a cluster id
  bool echoes_expanded_size = false;  // the size asked for; node expansion of block volumes too
};

// Everything that CSI offers and the cloud can do.
const Profile& FullProfile();
// What ACK's own driver offers, in its codes. Source: alibaba-cloud-csi-driver.
const Profile& AckProfile();

bool Announces(const Profile& profile, ControllerRpc rpc);
// The status as the profile answers it.
grpc::Status Answered(const Profile& profile, std::string_view call, const grpc::Status& status);

// The answer of GetPluginInfo.
struct PluginName {
  std::string name;
  std::string version;
};

}  // namespace driver
