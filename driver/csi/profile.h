#pragma once
// What the driver announces, as data: one row per capability.
#include <span>
#include <string>

#include "csi.pb.h"

namespace driver {

using PluginService = csi::v1::PluginCapability::Service::Type;
using ControllerRpc = csi::v1::ControllerServiceCapability::RPC::Type;

struct Profile {
  std::span<const PluginService> plugin_services;
  std::span<const ControllerRpc> controller_rpcs;
};

// Everything that CSI offers and the cloud can do.
const Profile& FullProfile();

// The answer of GetPluginInfo.
struct PluginName {
  std::string name;
  std::string version;
};

}  // namespace driver
