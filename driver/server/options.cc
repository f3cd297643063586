#include "driver/server/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

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
  bool list_crash_points = false;
};

const std::map<std::string, Mode> kModes = {
    {"controller", Mode::kController}, {"node", Mode::kNode}, {"all", Mode::kAll}};

void AddServing(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--endpoint", raw.endpoint, "Socket to serve CSI on, unix://PATH")
      ->envname("CSI_ENDPOINT");
  app.add_option("--mode", raw.mode, "Which services to serve")
      ->check(CLI::IsMember({"controller", "node", "all"}));
  app.add_option("--driver-name", options.driver_name, "Name of the CSI driver");
  app.add_option("--profile", raw.profile, "full, or ack for the answers of ACK's own driver")
      ->check(CLI::IsMember({"full", "ack"}));
  app.add_option("--registration-dir", options.registration_dir,
                 "kubelet's plugins_registry, to register there; empty: leave it to a registrar");
  app.add_option("--health-listen", options.health_listen,
                 "HOST:PORT for GET /healthz and /metrics over HTTP; empty: none");
  app.add_option("--log-level", options.log_level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", options.log_format, "Form of the log, on standard error")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--crash-at", options.crash_points,
                 "NAME[:N][@RPC[/ID]]: end as kill -9 would at the Nth passage of a named point");
  app.add_flag("--list-crash-points", raw.list_crash_points, "Print these names and exit");
}

void AddKubernetes(CLI::App& app, Options& options, Raw& raw) {
  app.add_option(
         "--kubernetes", raw.kubernetes,
         "auto: read Nodes and claims, mark volumes and report events when run in a pod; off")
      ->check(CLI::IsMember({"auto", "off"}));
  app.add_option("--kubernetes-node", options.kubernetes_node,
                 "Name of this node's Node object, whose labels tell what nothing else does")
      ->envname("KUBE_NODE_NAME");
}

void AddCloud(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--cloud-endpoint", options.cloud_endpoint,
                 "URL of the ECS OpenAPI; also HOST:PORT in ECS_ENDPOINT with the scheme in "
                 "ALICLOUD_CLIENT_SCHEME");
  app.add_option("--region", options.region,
                 "Region of the disks; empty: the node's own, else cn-hangzhou")
      ->envname("REGION_ID");
  app.add_option("--access-key-id", options.access_key_id, "Access key of the account")
      ->envname("ALIBABA_CLOUD_ACCESS_KEY_ID");
  app.add_option("--access-key-secret-file", raw.secret_file,
                 "File with its secret; else ALIBABA_CLOUD_ACCESS_KEY_SECRET")
      ->check(CLI::ExistingFile);
  app.add_option("--cluster-id", options.cluster_id, "Tag of every disk and snapshot made here")
      ->envname("CLUSTER_ID");
  app.add_option("--default-zone", options.default_zone,
                 "Zone of volumes without topology; empty: the node's own (mode all) or --zone");
}

void AddNode(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--node-id", options.place.instance_id, "Instance id of this node");
  app.add_option("--zone", options.place.zone, "Zone of this node");
  app.add_option("--instance-type", options.place.instance_type, "Instance type of this node");
  app.add_option(
      "--metadata-url", options.metadata_url,
      "Instance metadata service, asked for what the flags leave open; empty: not asked");
  app.add_option("--by-id-dir", options.by_id_dir, "Folder of the links to disks by serial");
  app.add_option("--kubelet-dir", options.kubelet_dir,
                 "Refuse paths outside this folder, such as /var/lib/kubelet; empty: any");
  app.add_option(
         "--topology-keys", raw.topology_keys,
         "More segments of this node, KEY=VALUE,…; KEY alone: as its Node object is labelled")
      ->delimiter(',');
  app.add_option("--max-volumes-per-node", options.max_volumes,
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
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::string secret(base::Trim(text));
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

Result<void> CheckCrashPoints(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!base::ArmCrashPoint(kCrashPoints, name)) {
      return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                  fmt::format("--crash-at: '{}' is none; see --list-crash-points", name));
    }
  }
  return {};
}

Result<void> CheckKubeletDir(Options& options) {
  if (options.kubelet_dir.empty()) return {};
  const std::filesystem::path folder(options.kubelet_dir);
  if (!folder.is_absolute()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "--kubelet-dir is not an absolute path");
  }
  options.kubelet_dir = folder.lexically_normal();
  return {};
}

// Everything that concerns more than one flag.
Result<Options> Validate(Options options, const Raw& raw, bool endpoint_given) {
  if (raw.profile != "full") {
    return Fail(grpc::StatusCode::UNIMPLEMENTED, "--profile: ack is not available yet");
  }
  auto socket = SocketPathOf(raw.endpoint);
  if (!socket) return Fail(socket.error());
  options.socket_path = std::move(*socket);
  if (!endpoint_given) options.cloud_endpoint = EndpointFromEnvironment(options.cloud_endpoint);
  options.mode = kModes.at(raw.mode);
  options.security_token = FromEnvironment("ALIBABA_CLOUD_SECURITY_TOKEN");
  const auto secret = FromEnvironment("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  if (!secret.empty()) options.access_key_secret = secret;
  if (!raw.secret_file.empty()) {
    auto read = ReadSecret(raw.secret_file);
    if (!read) return Fail(read.error());
    options.access_key_secret = std::move(*read);
  } else if (secret.empty() && options.access_key_id != Options{}.access_key_id) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                fmt::format("access key {} has no secret: --access-key-secret-file or "
                            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                            options.access_key_id));
  }
  if (raw.kubernetes == "off") options.kubernetes = KubernetesUse::kOff;
  const bool node_is_known =
      options.kubernetes == KubernetesUse::kAuto && !options.kubernetes_node.empty();
  auto keys = ParseTopologyKeys(raw.topology_keys, node_is_known);
  if (!keys) return Fail(keys.error());
  options.topology_keys = std::move(*keys);
  options.place.region = options.region;
  if (auto ok = CheckKubeletDir(options); !ok) return Fail(ok.error());
  if (auto ok = CheckCrashPoints(options.crash_points); !ok) return Fail(ok.error());
  return options;
}

}  // namespace

std::variant<Options, int> ParseOptions(int argc, char** argv) {
  CLI::App app("CSI driver for zone-bound disks of the ECS OpenAPI", "zonedisk-csi");
  app.option_defaults()->always_capture_default();
  app.set_version_flag("--version", std::string("zonedisk-csi ") + ZONEDISK_VERSION);
  Options options;
  Raw raw;
  AddServing(app, options, raw);
  AddCloud(app, options, raw);
  AddNode(app, options, raw);
  AddKubernetes(app, options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (raw.list_crash_points) {
    for (const auto name : kCrashPoints) fmt::print("{}\n", name);
    return 0;
  }
  auto finished = Validate(std::move(options), raw, app.count("--cloud-endpoint") > 0);
  if (!finished) {
    fmt::print(stderr, "zonedisk-csi: {}\n", finished.error().message);
    return 2;
  }
  return std::move(*finished);
}

}  // namespace driver
