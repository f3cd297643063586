#include "driver/server/flags.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "common/base/files.h"
#include "common/base/text.h"
#include "driver/base/crash_points.h"
#include "driver/server/unix_socket.h"

namespace driver {
namespace {

// What flags hold before they are understood together.
struct Raw {
  std::string endpoint = "unix:///run/zonedisk-csi/csi.sock";
  std::string mode = "all";
  std::string profile = "full";
  std::string kubernetes = "auto";
  std::string secret_file;
  std::vector<std::string> topology_keys;
};

const std::map<std::string, Mode> kModes = {
    {"controller", Mode::kController}, {"node", Mode::kNode}, {"all", Mode::kAll}};

void AddServing(CLI::App& app, CsiFlags& flags, Raw& raw) {
  app.add_option("--endpoint", raw.endpoint, "Socket to serve CSI on, unix://PATH")
      ->envname("CSI_ENDPOINT");
  app.add_option("--mode", raw.mode, "Which services to serve")
      ->check(CLI::IsMember({"controller", "node", "all"}));
  app.add_option("--driver-name", flags.driver_name, "Name of the CSI driver");
  app.add_option("--profile", raw.profile, "full, or ack for the answers of ACK's own driver")
      ->check(CLI::IsMember({"full", "ack"}));
  app.add_option("--registration-dir", flags.registration_dir,
                 "kubelet's plugins_registry, to register there; empty: leave it to a registrar");
  app.add_option("--health-listen", flags.health_listen,
                 "HOST:PORT for GET /healthz, /readyz and /metrics over HTTP; empty: none");
  app.add_option(
         "--check", flags.check_files,
         "Look at the classes in these manifests (- is standard input) instead of serving: a "
         "line for whatever would be refused or taken without effect; 1 if there is any")
      ->expected(1, -1);
  base::AddLogFlags(app, flags.log);
  base::AddCrashFlags(app, flags.crash);
}

void AddKubernetes(CLI::App& app, CsiFlags& flags, Raw& raw) {
  app.add_option(
         "--kubernetes", raw.kubernetes,
         "auto: read Nodes and claims, mark volumes and report events when run in a pod; off")
      ->check(CLI::IsMember({"auto", "off"}));
  app.add_option("--kubernetes-node", flags.kubernetes_node,
                 "Name of this node's Node object, whose labels tell what nothing else does")
      ->envname("KUBE_NODE_NAME");
}

void AddCloud(CLI::App& app, CsiFlags& flags, Raw& raw) {
  app.add_option("--cloud-endpoint", flags.cloud_endpoint,
                 "URL of the ECS OpenAPI; also HOST:PORT in ECS_ENDPOINT with the scheme in "
                 "ALICLOUD_CLIENT_SCHEME");
  app.add_option("--region", flags.region,
                 "Region of the disks; empty: the node's own, else cn-hangzhou")
      ->envname("REGION_ID");
  app.add_option("--access-key-id", flags.access_key_id, "Access key of the account")
      ->envname("ALIBABA_CLOUD_ACCESS_KEY_ID");
  app.add_option("--access-key-secret-file", raw.secret_file,
                 "File with its secret; else ALIBABA_CLOUD_ACCESS_KEY_SECRET")
      ->check(CLI::ExistingFile);
  app.add_option("--cluster-id", flags.cluster_id, "Tag of every disk and snapshot made here")
      ->envname("CLUSTER_ID");
  app.add_option("--default-zone", flags.default_zone,
                 "Zone of volumes without topology; empty: the node's own (mode all) or --zone");
  app.add_flag(
      "--strict-parameters", flags.strict_parameters,
      "Refuse class parameters that are unknown or have no effect, instead of taking them");
}

void AddNode(CLI::App& app, CsiFlags& flags, Raw& raw) {
  app.add_option("--node-id", flags.place.instance_id, "Instance id of this node");
  app.add_option("--zone", flags.place.zone, "Zone of this node");
  app.add_option("--instance-type", flags.place.instance_type, "Instance type of this node");
  app.add_option(
      "--metadata-url", flags.metadata_url,
      "Instance metadata service, asked for what the flags leave open; empty: not asked");
  app.add_option("--by-id-dir", flags.by_id_dir, "Folder of the links to disks by serial");
  app.add_option("--kubelet-dir", flags.kubelet_dir,
                 "Refuse paths outside this folder, such as /var/lib/kubelet; empty: any");
  app.add_option(
         "--topology-keys", raw.topology_keys,
         "More segments of this node, KEY=VALUE,…; KEY alone: as its Node object is labelled")
      ->delimiter(',');
  app.add_option("--max-volumes-per-node", flags.max_volumes,
                 "Disks that this node takes; 0: as many as its instance type")
      ->check(CLI::NonNegativeNumber);
}

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string EndpointFromEnvironment(const std::string& otherwise) {
  const auto endpoint = FromEnvironment("ECS_ENDPOINT");
  if (endpoint.empty()) return otherwise;
  if (endpoint.find("://") != std::string::npos) return endpoint;
  const auto scheme = base::Lower(FromEnvironment("ALICLOUD_CLIENT_SCHEME"));
  return (scheme.empty() ? "http" : scheme) + "://" + endpoint;
}

Result<std::string> ReadSecret(const std::string& path) {
  std::string secret(base::Trim(base::ReadFile(path).value_or("")));
  if (secret.empty()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, fmt::format("{} holds no secret", path));
  }
  return secret;
}

Result<std::vector<TopologyKey>> ParseTopologyKeys(const std::vector<std::string>& texts,
                                                   bool node_is_known) {
  std::vector<TopologyKey> keys;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    if (text.empty() || equals == 0 || equals + 1 == text.size()) {
      return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                  fmt::format("--topology-keys: '{}' is neither KEY=VALUE nor KEY", text));
    }
    if (equals == std::string::npos && !node_is_known) {
      return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                  fmt::format("--topology-keys: '{}' has no value, and there is no Node object to "
                              "take it from: --kubernetes-node and --kubernetes=auto",
                              text));
    }
    keys.push_back(
        {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)});
  }
  return keys;
}

Result<void> CheckKubeletDir(CsiFlags& flags) {
  if (flags.kubelet_dir.empty()) return {};
  const std::filesystem::path folder(flags.kubelet_dir);
  if (!folder.is_absolute()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "--kubelet-dir is not an absolute path");
  }
  flags.kubelet_dir = folder.lexically_normal();
  return {};
}

// Everything that concerns more than one flag.
Result<CsiFlags> Validate(CsiFlags flags, const Raw& raw, bool endpoint_given) {
  flags.ack_profile = raw.profile == "ack";
  auto socket = SocketPathOf(raw.endpoint);
  if (!socket) return Fail(socket.error());
  flags.socket_path = std::move(*socket);
  if (!endpoint_given) flags.cloud_endpoint = EndpointFromEnvironment(flags.cloud_endpoint);
  flags.mode = kModes.at(raw.mode);
  flags.security_token = FromEnvironment("ALIBABA_CLOUD_SECURITY_TOKEN");
  const auto secret = FromEnvironment("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  if (!secret.empty()) flags.access_key_secret = secret;
  if (!raw.secret_file.empty()) {
    auto read = ReadSecret(raw.secret_file);
    if (!read) return Fail(read.error());
    flags.access_key_secret = std::move(*read);
  } else if (secret.empty() && flags.access_key_id != CsiFlags{}.access_key_id) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                fmt::format("access key {} has no secret: --access-key-secret-file or "
                            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                            flags.access_key_id));
  }
  if (raw.kubernetes == "off") flags.kubernetes = KubernetesUse::kOff;
  const bool node_is_known =
      flags.kubernetes == KubernetesUse::kAuto && !flags.kubernetes_node.empty();
  auto keys = ParseTopologyKeys(raw.topology_keys, node_is_known);
  if (!keys) return Fail(keys.error());
  flags.topology_keys = std::move(*keys);
  flags.place.region = flags.region;
  if (auto ok = CheckKubeletDir(flags); !ok) return Fail(ok.error());
  const auto problem = base::ArmCrashFlag(flags.crash, kCrashPoints);
  if (!problem.empty()) return Fail(grpc::StatusCode::INVALID_ARGUMENT, problem);
  return flags;
}

}  // namespace

std::variant<CsiFlags, int> ParseCsiFlags(int argc, const char* const* argv) {
  CLI::App app("CSI driver for zone-bound disks of the ECS OpenAPI", "zonedisk-csi");
  base::SetUpCommandLine(app, std::string("zonedisk-csi ") + ZONEDISK_VERSION);
  CsiFlags flags;
  Raw raw;
  AddServing(app, flags, raw);
  AddCloud(app, flags, raw);
  AddNode(app, flags, raw);
  AddKubernetes(app, flags, raw);
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  if (flags.crash.list) {
    base::PrintCrashPoints(kCrashPoints);
    return 0;
  }
  if (!flags.check_files.empty()) return flags;
  auto finished = Validate(std::move(flags), raw, app.count("--cloud-endpoint") > 0);
  if (!finished) return base::UsageError("zonedisk-csi", finished.error().message);
  return std::move(*finished);
}

}  // namespace driver
