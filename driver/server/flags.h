#pragma once
// The command line of zonedisk-csi.
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/base/command_line.h"
#include "driver/csi/keys.h"
#include "driver/node/metadata_client.h"
#include "driver/node/node_info.h"

namespace driver {

enum class Mode { kController, kNode, kAll };
enum class KubernetesUse { kAuto, kOff };

struct CsiFlags {
  std::string socket_path;  // absolute
  Mode mode = Mode::kAll;
  std::string driver_name{kDefaultDriverName};
  bool ack_profile = false;

  std::string cloud_endpoint = "http://127.0.0.1:20140";
  std::string region;  // empty: the node's own, else cn-hangzhou
  std::string access_key_id = "testid";
  std::string access_key_secret = "testsecret";
  std::string security_token;
  std::string cluster_id;
  std::string default_zone;
  bool strict_parameters = false;

  NodePlace place;                                 // what the flags say
  std::string metadata_url = kDefaultMetadataUrl;  // empty: not asked
  std::string by_id_dir = "/dev/disk/by-id";
  std::string kubelet_dir;
  std::vector<TopologyKey> topology_keys;
  std::int64_t max_volumes = 0;
  std::string registration_dir;

  KubernetesUse kubernetes = KubernetesUse::kAuto;
  std::string kubernetes_node;  // name of the own Node object; empty: unknown

  std::string health_listen;
  std::vector<std::string> check_files;  // manifests to look at instead of serving
  base::CrashFlags crash;
  base::LogOptions log{.name = "zonedisk-csi"};
};

// The flags, complete, a crash point armed. Else the exit status: what was asked for is printed
// (0), or one line says what is wrong (2).
std::variant<CsiFlags, int> ParseCsiFlags(int argc, const char* const* argv);

}  // namespace driver
