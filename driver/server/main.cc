// zonedisk-csi: the CSI services over a unix socket.
#include <fmt/core.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/log.h"
#include "common/base/signals.h"
#include "common/kube/http_api.h"
#include "driver/base/system_env.h"
#include "driver/cloud/http_cloud.h"
#include "driver/controller/controller_service.h"
#include "driver/controller/pv_labeler.h"
#include "driver/csi/call_log.h"
#include "driver/csi/identity_service.h"
#include "driver/host/linux_host.h"
#include "driver/kubernetes/kube_cluster.h"
#include "driver/node/node_service.h"
#include "driver/server/health.h"
#include "driver/server/options.h"
#include "driver/server/registration.h"
#include "driver/server/unix_socket.h"

namespace driver {
namespace {

constexpr const char* kDefaultRegion = "cn-hangzhou";
// Calls that wait hold a thread each; what comes beyond is answered RESOURCE_EXHAUSTED.
constexpr int kMostThreads = 256;
// For calls under way when asked to stop: then they are cancelled, which ends every wait. Callers
// repeat them. What runs a program such as mkfs is let finish, but the process stays well within
// the 30 s that a pod is given.
constexpr std::chrono::seconds kDrain{1};
constexpr unsigned kLastSeconds = 20;
// The whole of what is asked about the own place at start.
constexpr std::chrono::seconds kStartLimit{20};
constexpr std::chrono::seconds kMetadataLimit{10};

const char* Word(Mode mode) {
  switch (mode) {
    case Mode::kController: return "controller";
    case Mode::kNode: return "node";
    case Mode::kAll: return "all";
  }
  return "";
}

// The API server of the pod that this runs in; null outside or when it is not to be used.
Result<std::unique_ptr<Cluster>> ClusterOf(const Options& options, Clock& clock) {
  if (options.kubernetes == KubernetesUse::kOff) return nullptr;
  auto server = kube::InCluster();
  if (!server) return nullptr;
  spdlog::info("Kubernetes at {}, Node {}", server->url,
               options.kubernetes_node.empty() ? "unknown" : options.kubernetes_node);
  auto api = kube::MakeHttpApi(std::move(*server));
  if (!api) return Fail(grpc::StatusCode::INVALID_ARGUMENT, api.error().message);
  return MakeKubeCluster(std::move(*api), clock,
                         {.driver_name = options.driver_name, .own_node = options.kubernetes_node});
}

PlaceSources SourcesOf(const Options& options, Clock& clock, Cluster* cluster) {
  PlaceSources sources{.flags = options.place, .needs_instance_type = options.max_volumes == 0};
  if (!options.metadata_url.empty()) {
    // Half of the time is left for the Node object, in case the metadata service does not answer.
    sources.metadata = [&clock, url = options.metadata_url](const Deadline& deadline) {
      const auto half = std::max<Duration>((deadline.at - clock.Now()) / 2, Duration::zero());
      return FetchIdentity(clock, {.url = url, .limit = std::min<Duration>(half, kMetadataLimit)});
    };
  }
  if (!options.kubernetes_node.empty()) sources.cluster = cluster;
  return sources;
}

// What the controller takes over from the node that it runs on: region and default zone.
Result<Options> WithOwnPlace(Options options, Clock& clock, Cluster* cluster) {
  if (options.default_zone.empty()) options.default_zone = options.place.zone;
  const bool open = options.region.empty() || options.default_zone.empty();
  if (options.mode == Mode::kAll && open) {
    auto place = FindPlace(SourcesOf(options, clock, cluster), {.at = clock.Now() + kStartLimit});
    if (!place) return Fail(place.error());
    if (options.region.empty()) options.region = place->region;
    if (options.default_zone.empty()) options.default_zone = place->zone;
    options.place = std::move(*place);
  }
  if (options.region.empty()) options.region = kDefaultRegion;
  return options;
}

std::unique_ptr<Cloud> CloudOf(const Options& options, Clock& clock) {
  return MakeHttpCloud({.endpoint = options.cloud_endpoint,
                        .region = options.region,
                        .access_key_id = options.access_key_id,
                        .access_key_secret = options.access_key_secret,
                        .security_token = options.security_token},
                       clock);
}

// All services of one process, in the order in which they depend on each other.
class Services {
 public:
  // `cluster` may be null.
  Services(const Options& options, Clock& clock, Cluster* cluster)
      : cloud_(CloudOf(options, clock)),
        identity_({options.driver_name, ZONEDISK_VERSION}, FullProfile(),
                  options.mode != Mode::kNode) {
    if (options.mode != Mode::kNode) {
      if (cluster != nullptr) {
        pv_labeler_.emplace(*cluster, clock);
        pv_labeler_->Start();
      }
      controller_.emplace(*cloud_, clock, FullProfile(),
                          ControllerSettings{.default_zone = options.default_zone,
                                             .cluster_id = options.cluster_id,
                                             .cluster = cluster,
                                             .pv_labeler = pv_labeler_ ? &*pv_labeler_ : nullptr});
    }
    if (options.mode != Mode::kController) {
      host_.emplace(clock);
      staging_.emplace(*host_, clock, options.by_id_dir);
      own_.emplace(NodeInfoSources{.place = SourcesOf(options, clock, cluster),
                                   .topology_keys = options.topology_keys,
                                   .max_volumes = options.max_volumes,
                                   .cloud = cloud_.get()});
      node_.emplace(*staging_, *own_, clock, PathGuard{options.kubelet_dir}, cluster);
    }
  }

  void RegisterAt(grpc::ServerBuilder& builder) {
    builder.RegisterService(&identity_);
    if (controller_) builder.RegisterService(&*controller_);
    if (node_) builder.RegisterService(&*node_);
  }

  IdentityService& Identity() { return identity_; }

  Result<void> Health() {
    csi::v1::ProbeResponse answer;
    const auto probed = identity_.Probe(nullptr, nullptr, &answer);
    if (!probed.ok()) return Fail(probed.error_code(), probed.error_message());
    if (!answer.ready().value()) return Fail(grpc::StatusCode::UNAVAILABLE, "not ready");
    return {};
  }

 private:
  std::unique_ptr<Cloud> cloud_;
  IdentityService identity_;
  std::optional<PvLabeler> pv_labeler_;
  std::optional<ControllerService> controller_;
  std::optional<LinuxHost> host_;
  std::optional<Staging> staging_;
  std::optional<OwnNodeInfo> own_;
  std::optional<NodeService> node_;
};

// Returns once no call is under way, or ends the process when one cannot be brought to an end.
void Drain(grpc::Server& server) {
  alarm(static_cast<unsigned>(kDrain.count()) + kLastSeconds);
  server.Shutdown(std::chrono::system_clock::now() + kDrain);
  server.Wait();
  alarm(0);
}

std::unique_ptr<grpc::Server> Serve(Services& services, Clock& clock, CallCounters& counters,
                                    const std::string& path) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + path, grpc::InsecureServerCredentials());
  builder.SetResourceQuota(grpc::ResourceQuota("calls").SetMaxThreads(kMostThreads));
  services.RegisterAt(builder);
  ObserveCalls(builder, clock, counters);
  return builder.BuildAndStart();
}

Result<void> Run(const Options& given) {
  const base::StopSignals stop_signals;
  SystemClock clock;
  const auto cluster = ClusterOf(given, clock);
  if (!cluster) return Fail(cluster.error());
  const auto options = WithOwnPlace(given, clock, cluster->get());
  if (!options) return Fail(options.error());
  if (auto clear = ClearSocketPath(options->socket_path); !clear) return clear;

  CallCounters counters;
  Services services(*options, clock, cluster->get());
  const auto server = Serve(services, clock, counters, options->socket_path);
  if (!server) {
    return Fail(grpc::StatusCode::UNAVAILABLE,
                fmt::format("cannot listen on {}", options->socket_path));
  }
  if (auto restricted = RestrictSocket(options->socket_path); !restricted) return restricted;

  std::unique_ptr<HealthEndpoint> health;
  if (!options->health_listen.empty()) {
    auto started = HealthEndpoint::Start(options->health_listen,
                                         {.health = [&services] { return services.Health(); },
                                          .metrics = [&counters] { return counters.ToText(); }});
    if (!started) return Fail(started.error());
    health = std::move(*started);
    spdlog::info("health endpoint on port {}", health->Port());
  }
  std::unique_ptr<Registration> registration;
  if (!options->registration_dir.empty() && options->mode != Mode::kController) {
    auto started = Registration::Start({.folder = options->registration_dir,
                                        .driver_name = options->driver_name,
                                        .csi_socket = options->socket_path});
    if (!started) return Fail(started.error());
    registration = std::move(*started);
  }
  fmt::print("zonedisk-csi {} listening on unix://{}\n", Word(options->mode), options->socket_path);
  std::fflush(stdout);

  spdlog::info("stopping on signal {}", stop_signals.Wait());
  services.Identity().SetReady(false);
  registration.reset();
  Drain(*server);
  return {};
}

}  // namespace
}  // namespace driver

int main(int argc, char** argv) {
  const auto parsed = driver::ParseOptions(argc, argv);
  if (const auto* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<driver::Options>(parsed);
  base::StartLog(
      {.name = "zonedisk-csi", .level = options.log_level, .format = options.log_format});
  if (const auto done = driver::Run(options); !done) {
    spdlog::error("{}", done.error().message);
    return 1;
  }
  return 0;
}
