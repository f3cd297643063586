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
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/signals.h"
#include "common/kube/http_api.h"
#include "driver/base/system_env.h"
#include "driver/cloud/http_cloud.h"
#include "driver/controller/controller_service.h"
#include "driver/controller/group_service.h"
#include "driver/controller/pv_labeler.h"
#include "driver/csi/call_log.h"
#include "driver/csi/identity_service.h"
#include "driver/host/linux_host.h"
#include "driver/kubernetes/kube_cluster.h"
#include "driver/lint/manifests.h"
#include "driver/node/node_service.h"
#include "driver/server/flags.h"
#include "driver/server/health.h"
#include "driver/server/needs.h"
#include "driver/server/only_controller.h"
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
// Of the health endpoint's own call; whoever asks it waits 5 s.
constexpr std::chrono::seconds kProbeLimit{3};

const char* Word(Mode mode) {
  switch (mode) {
    case Mode::kController: return "controller";
    case Mode::kNode: return "node";
    case Mode::kAll: return "all";
  }
  return "";
}

// The API server of the pod that this runs in; null outside or when it is not to be used.
Result<std::unique_ptr<Cluster>> ClusterOf(const CsiFlags& flags, Clock& clock) {
  if (flags.kubernetes == KubernetesUse::kOff) return nullptr;
  auto server = kube::InCluster();
  if (!server) return nullptr;
  spdlog::info("Kubernetes at {}, Node {}", server->url,
               flags.kubernetes_node.empty() ? "unknown" : flags.kubernetes_node);
  auto own_namespace = server->name_space;
  auto api = kube::MakeHttpApi(std::move(*server));
  if (!api) return Fail(grpc::StatusCode::INVALID_ARGUMENT, api.error().message);
  return MakeKubeCluster(std::move(*api), clock,
                         {.driver_name = flags.driver_name,
                          .own_node = flags.kubernetes_node,
                          .own_namespace = std::move(own_namespace)});
}

PlaceSources SourcesOf(const CsiFlags& flags, Clock& clock, Cluster* cluster) {
  PlaceSources sources{.flags = flags.place, .needs_instance_type = flags.max_volumes == 0};
  if (!flags.metadata_url.empty()) {
    // Half of the time is left for the Node object, in case the metadata service does not answer.
    sources.metadata = [&clock, url = flags.metadata_url](const Deadline& deadline) {
      const auto half = std::max<Duration>((deadline.at - clock.Now()) / 2, Duration::zero());
      return FetchIdentity(clock, {.url = url, .limit = std::min<Duration>(half, kMetadataLimit)});
    };
  }
  if (!flags.kubernetes_node.empty()) sources.cluster = cluster;
  return sources;
}

// What the controller takes over from the node that it runs on: region and default zone.
Result<CsiFlags> WithOwnPlace(CsiFlags flags, Clock& clock, Cluster* cluster) {
  if (flags.default_zone.empty()) flags.default_zone = flags.place.zone;
  const bool open = flags.region.empty() || flags.default_zone.empty();
  if (flags.mode == Mode::kAll && open) {
    auto place = FindPlace(SourcesOf(flags, clock, cluster), {.at = clock.Now() + kStartLimit});
    if (!place) return Fail(place.error());
    if (flags.region.empty()) flags.region = place->region;
    if (flags.default_zone.empty()) flags.default_zone = place->zone;
    flags.place = std::move(*place);
  }
  if (flags.region.empty()) flags.region = kDefaultRegion;
  return flags;
}

std::unique_ptr<Cloud> CloudOf(const CsiFlags& flags, Clock& clock) {
  return MakeHttpCloud({.endpoint = flags.cloud_endpoint,
                        .region = flags.region,
                        .access_key_id = flags.access_key_id,
                        .access_key_secret = flags.access_key_secret,
                        .security_token = flags.security_token},
                       clock);
}

// Whether the folder of links to disks is there.
bool SeesDisks(const std::string& by_id_dir) {
  std::error_code error;
  return std::filesystem::is_directory(by_id_dir, error);
}

// The labels of Nodes about disk categories are those of ACK's driver: under another name they are
// another driver's.
bool OwnsNodeLabels(const CsiFlags& flags) {
  return flags.driver_name == kDefaultDriverName;
}

const Profile& ProfileOf(const CsiFlags& flags) {
  return flags.ack_profile ? AckProfile() : FullProfile();
}

// All services of one process, in the order in which they depend on each other.
class Services {
 public:
  // `cluster` may be null.
  Services(const CsiFlags& flags, Clock& clock, Cluster* cluster)
      : cloud_(CloudOf(flags, clock)),
        identity_({flags.driver_name, ZONEDISK_VERSION}, ProfileOf(flags),
                  flags.mode != Mode::kNode, [this, &clock] { return Needs(clock); }) {
    if (flags.mode != Mode::kNode) {
      if (cluster != nullptr) {
        pv_labeler_.emplace(*cluster, clock);
        pv_labeler_->Start();
      }
      const ControllerSettings settings{.default_zone = flags.default_zone,
                                        .cluster_id = flags.cluster_id,
                                        .cluster = cluster,
                                        .pv_labeler = pv_labeler_ ? &*pv_labeler_ : nullptr,
                                        .strict_parameters = flags.strict_parameters,
                                        .reads_node_labels = OwnsNodeLabels(flags)};
      controller_.emplace(*cloud_, clock, ProfileOf(flags), settings);
      groups_.emplace(*cloud_, clock, ProfileOf(flags), settings);
    }
    if (flags.mode != Mode::kController) {
      host_.emplace(clock);
      staging_.emplace(*host_, clock, flags.by_id_dir);
      own_.emplace(
          NodeInfoSources{.place = SourcesOf(flags, clock, cluster),
                          .topology_keys = flags.topology_keys,
                          .max_volumes = flags.max_volumes,
                          .cloud = cloud_.get(),
                          .names_instance = ProfileOf(flags).speaks_ack,
                          .marks_node = OwnsNodeLabels(flags),
                          .sees_disks = [dir = flags.by_id_dir] { return SeesDisks(dir); }});
      node_.emplace(*staging_, *own_, clock, PathGuard{flags.kubelet_dir}, cluster,
                    ProfileOf(flags));
    }
  }

  void RegisterAt(grpc::ServerBuilder& builder) {
    builder.RegisterService(&identity_);
    if (controller_) builder.RegisterService(&*controller_);
    if (groups_) builder.RegisterService(&*groups_);
    if (node_) builder.RegisterService(&*node_);
  }

  IdentityService& Identity() { return identity_; }
  void Finish() {
    if (node_) node_->Finish();
  }

 private:
  // A node plugin works on without the cloud: volumes that are there are mounted and unmounted.
  Result<void> Needs(Clock& clock) {
    if (host_) {
      if (auto has = HasPrograms(*host_); !has) return has;
    }
    return controller_ ? CloudAnswers(*cloud_, clock) : Result<void>();
  }

  std::unique_ptr<Cloud> cloud_;
  IdentityService identity_;
  std::optional<PvLabeler> pv_labeler_;
  std::optional<ControllerService> controller_;
  std::optional<GroupService> groups_;
  std::optional<LinuxHost> host_;
  std::optional<Staging> staging_;
  std::optional<OwnNodeInfo> own_;
  std::optional<NodeService> node_;
};

// Returns once no call and no work of one is under way, or ends the process when one cannot be
// brought to an end.
void Drain(grpc::Server& server, Services& services) {
  alarm(static_cast<unsigned>(kDrain.count()) + kLastSeconds);
  server.Shutdown(std::chrono::system_clock::now() + kDrain);
  server.Wait();
  services.Finish();
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

// Null where there is no kubelet to register with.
Result<std::unique_ptr<Registration>> Register(const CsiFlags& flags) {
  if (flags.registration_dir.empty() || flags.mode == Mode::kController) return nullptr;
  // Until the folder of disks is there the node would be registered as one that takes none, and
  // kubelet would not ask again.
  const auto sees_disks = [dir = flags.by_id_dir]() -> Result<void> {
    if (SeesDisks(dir)) return {};
    return Fail(grpc::StatusCode::UNAVAILABLE, fmt::format("{} is not there yet", dir));
  };
  return Registration::Start({.folder = flags.registration_dir,
                              .driver_name = flags.driver_name,
                              .csi_socket = flags.socket_path,
                              .may_register = sees_disks});
}

// Liveness is an answer at the socket with what only a person can mend in order; readiness is also
// what comes and goes: the cloud, and kubelet's registration. So nothing is restarted because the
// cloud is away. Null without an address. `registration` may be null.
Result<std::unique_ptr<HealthEndpoint>> ServeHealth(const CsiFlags& flags, CallCounters& counters,
                                                    SocketProbe& probe, IdentityService& identity,
                                                    const Registration* registration) {
  if (flags.health_listen.empty()) return nullptr;
  const auto health = [&probe]() -> Result<void> {
    const auto ready = probe.Ask(kProbeLimit);
    if (!ready) return Fail(ready.error());
    return {};
  };
  const auto is_ready = [&probe, &identity, registration]() -> Result<void> {
    const auto ready = probe.Ask(kProbeLimit);
    if (!ready) return Fail(ready.error());
    if (!*ready) return identity.Ready();
    return registration == nullptr ? Result<void>() : registration->Registered();
  };
  auto started = HealthEndpoint::Start(
      flags.health_listen,
      {.health = health, .ready = is_ready, .metrics = [&counters] { return counters.ToText(); }});
  if (started) spdlog::info("health endpoint on port {}", (*started)->Port());
  return started;
}

Result<void> Run(const CsiFlags& given) {
  const base::StopSignals stop_signals;
  SystemClock clock;
  const auto cluster = ClusterOf(given, clock);
  if (!cluster) return Fail(cluster.error());
  if (given.mode != Mode::kNode && *cluster != nullptr) {
    if (auto only = OnlyController(**cluster, clock, given.driver_name); !only) return only;
  }
  const auto flags = WithOwnPlace(given, clock, cluster->get());
  if (!flags) return Fail(flags.error());
  if (auto clear = ClearSocketPath(flags->socket_path); !clear) return clear;

  CallCounters counters;
  Services services(*flags, clock, cluster->get());
  const auto server = Serve(services, clock, counters, flags->socket_path);
  if (!server) {
    return Fail(grpc::StatusCode::UNAVAILABLE,
                fmt::format("cannot listen on {}", flags->socket_path));
  }
  if (auto restricted = RestrictSocket(flags->socket_path); !restricted) return restricted;

  auto registration = Register(*flags);
  if (!registration) return Fail(registration.error());
  SocketProbe probe(clock, flags->socket_path);
  const auto health =
      ServeHealth(*flags, counters, probe, services.Identity(), registration->get());
  if (!health) return Fail(health.error());
  fmt::print("zonedisk-csi {} listening on unix://{}\n", Word(flags->mode), flags->socket_path);
  std::fflush(stdout);

  spdlog::info("stopping on signal {}", stop_signals.Wait());
  services.Identity().Stop();
  registration->reset();
  Drain(*server, services);
  return {};
}

std::optional<std::string> ReadManifests(const std::string& path) {
  return base::ReadFile(path == "-" ? "/dev/stdin" : path);
}

// The exit status: 0 when there is nothing to say.
int CheckFiles(const CsiFlags& flags) {
  const LintRules rules{.driver_name = flags.driver_name, .region = flags.region};
  std::size_t findings = 0;
  int objects = 0;
  for (const auto& path : flags.check_files) {
    const auto text = ReadManifests(path);
    if (!text) {
      fmt::print(stderr, "zonedisk-csi: cannot read {}\n", path);
      return 2;
    }
    const LintReport report = CheckManifests(path, *text, rules);
    for (const auto& finding : report.findings) fmt::print("{}\n", finding);
    findings += report.findings.size();
    objects += report.objects;
  }
  fmt::print(stderr, "{} classes of {}, {} findings\n", objects, flags.driver_name, findings);
  return findings == 0 ? 0 : 1;
}

}  // namespace
}  // namespace driver

int main(int argc, char** argv) {
  const auto parsed = driver::ParseCsiFlags(argc, argv);
  if (const auto* status = std::get_if<int>(&parsed)) return *status;
  const auto& flags = std::get<driver::CsiFlags>(parsed);
  if (!flags.check_files.empty()) return driver::CheckFiles(flags);
  base::StartLog(flags.log);
  if (const auto done = driver::Run(flags); !done) {
    spdlog::error("{}", done.error().message);
    return 1;
  }
  return 0;
}
