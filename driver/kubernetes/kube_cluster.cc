#include "driver/kubernetes/kube_cluster.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

#include "common/kube/events.h"

namespace driver {
namespace {

using grpc::StatusCode;
using kube::Json;

constexpr Duration kNodesLife = std::chrono::seconds(5);
// However long the caller waits: the API server responds at once or is in trouble.
constexpr Duration kLongestCall = std::chrono::seconds(5);
constexpr const char* kComponent = "zonedisk-csi";

RpcError ToRpc(const kube::Error& error, const std::string& doing) {
  const auto code = kube::IsNotFound(error) ? StatusCode::NOT_FOUND : StatusCode::UNAVAILABLE;
  return {code, fmt::format("{}: Kubernetes: {}", doing, error.message)};
}

// Those of `wanted` that the object does not carry yet.
Json Missing(const std::map<std::string, std::string>& wanted, const Json& object,
             std::string_view field) {
  const auto present = kube::PairsIn(object, field);
  auto missing = Json::object();
  for (const auto& [key, value] : wanted) {
    const auto found = present.find(key);
    if (found == present.end() || found->second != value) missing[key] = value;
  }
  return missing;
}

// The names under which the leader elections of csi-provisioner and csi-attacher keep their leases:
// csi-lib-utils, leaderelection, sanitizeName.
std::vector<std::string> LeaseNames(std::string driver_name) {
  std::ranges::replace_if(
      driver_name,
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-'; }, '-');
  return {driver_name, "external-attacher-leader-" + driver_name};
}

// The list at a JSON pointer; empty when there is none.
Json ListAt(const Json& object, const char* pointer) {
  const Json::json_pointer place(pointer);
  if (!object.contains(place) || !object[place].is_array()) return Json::array();
  return object[place];
}

class KubeCluster : public Cluster {
 public:
  KubeCluster(std::unique_ptr<kube::Api> api, Clock& clock, KubeClusterSettings settings)
      : api_(std::move(api)), clock_(clock), settings_(std::move(settings)) {}

  Result<topology::Labels> OwnNodeLabels(const Deadline& deadline) override {
    const auto node = OwnNode(deadline);
    if (!node) return Fail(node.error());
    return kube::PairsIn(*node, "labels");
  }

  Result<std::set<std::string>> OwnVolumes(const Deadline& deadline) override {
    const auto node = OwnNode(deadline);
    if (!node) return Fail(node.error());
    // The name that kubelet and the attach controller give to a volume of a CSI driver.
    const auto prefix = fmt::format("kubernetes.io/csi/{}^", settings_.driver_name);
    std::set<std::string> handles;
    const auto add = [&](const std::string& name) {
      if (name.starts_with(prefix)) handles.insert(name.substr(prefix.size()));
    };
    const auto status = node->value("status", Json::object());
    for (const auto& entry : status.value("volumesAttached", Json::array())) {
      add(kube::TextAt(entry, "/name"));
    }
    for (const auto& name : status.value("volumesInUse", Json::array())) {
      if (name.is_string()) add(name.get<std::string>());
    }
    return handles;
  }

  Result<std::vector<topology::Labels>> NodeLabels(Freshness freshness,
                                                   const Deadline& deadline) override
      ABSL_LOCKS_EXCLUDED(mutex_) {
    if (freshness == Freshness::kRecent) {
      const absl::MutexLock lock(&mutex_);
      if (nodes_ && clock_.Now() - nodes_at_ < kNodesLife) return *nodes_;
    }
    const auto nodes = Nodes(deadline);
    if (!nodes) return Fail(nodes.error());
    std::vector<topology::Labels> labels;
    for (const auto& node : *nodes) labels.push_back(kube::PairsIn(node, "labels"));
    const absl::MutexLock lock(&mutex_);
    nodes_ = labels;
    nodes_at_ = clock_.Now();
    return labels;
  }

  Result<std::vector<SidecarLease>> LeasesElsewhere(const Deadline& deadline) override {
    if (settings_.own_namespace.empty()) {
      return Fail(StatusCode::NOT_FOUND, "the namespace of this Pod is not known");
    }
    std::vector<SidecarLease> elsewhere;
    for (const auto& name : LeaseNames(settings_.driver_name)) {
      const auto leases =
          kube::ListAll(*api_, {.kind = kube::kLeases, .name = name}, PatienceUntil(deadline));
      if (!leases) return Fail(ToRpc(leases.error(), "list Leases called " + name));
      for (const auto& lease : *leases) {
        auto ns = kube::TextAt(lease, "/metadata/namespace");
        if (ns == settings_.own_namespace) continue;
        elsewhere.push_back({.ns = std::move(ns),
                             .name = name,
                             .holder = kube::TextAt(lease, "/spec/holderIdentity"),
                             .renewed_at = kube::TextAt(lease, "/spec/renewTime")});
      }
    }
    return elsewhere;
  }

  Result<topology::Labels> LabelsOf(const std::string& node, const Deadline& deadline) override {
    const auto found = Get({.kind = kube::kNodes, .name = node}, deadline);
    if (!found) return Fail(found.error());
    return kube::PairsIn(*found, "labels");
  }

  Result<std::vector<topology::Labels>> DriverNodeLabels(const Deadline& deadline) override {
    const auto registered =
        kube::ListAll(*api_, {.kind = kube::kCsiNodes}, PatienceUntil(deadline));
    if (!registered) return Fail(ToRpc(registered.error(), "list CSINodes"));
    std::set<std::string> names;
    for (const auto& node : *registered) {
      for (const auto& driver : ListAt(node, "/spec/drivers")) {
        if (kube::TextAt(driver, "/name") == settings_.driver_name) {
          names.insert(kube::TextAt(node, "/metadata/name"));
        }
      }
    }
    const auto nodes = Nodes(deadline);
    if (!nodes) return Fail(nodes.error());
    std::vector<topology::Labels> labels;
    for (const auto& node : *nodes) {
      if (names.contains(kube::TextAt(node, "/metadata/name"))) {
        labels.push_back(kube::PairsIn(node, "labels"));
      }
    }
    return labels;
  }

  Result<void> MarkOwnNode(const NodeMarks& marks, const Deadline& deadline) override {
    const auto node = OwnNode(deadline);
    if (!node) return Fail(node.error());
    return Mark({.kind = kube::kNodes, .name = settings_.own_node}, *node, marks.labels,
                marks.annotations, deadline);
  }

  Result<Claim> GetClaim(const std::string& name_space, const std::string& name,
                         const Deadline& deadline) override {
    const auto claim =
        Get({.kind = kube::kClaims, .name = name, .name_space = name_space}, deadline);
    if (!claim) return Fail(claim.error());
    return Claim{.uid = kube::TextAt(*claim, "/metadata/uid"),
                 .annotations = kube::PairsIn(*claim, "annotations")};
  }

  Result<Annotations> SnapshotAnnotations(const std::string& name_space, const std::string& name,
                                          const Deadline& deadline) override {
    const auto snapshot =
        Get({.kind = kube::kVolumeSnapshots, .name = name, .name_space = name_space}, deadline);
    if (!snapshot) return Fail(snapshot.error());
    return kube::PairsIn(*snapshot, "annotations");
  }

  Result<void> LabelVolume(const PvMetadata& metadata, const Deadline& deadline) override {
    const kube::Ref ref{.kind = kube::kPersistentVolumes, .name = metadata.pv_name};
    const auto volume = Get(ref, deadline);
    if (!volume) return Fail(volume.error());
    const auto handle = kube::TextAt(*volume, "/spec/csi/volumeHandle");
    if (kube::TextAt(*volume, "/spec/csi/driver") != settings_.driver_name ||
        handle != metadata.volume_id) {
      return Fail(StatusCode::FAILED_PRECONDITION,
                  fmt::format("{} is not of volume {} but of '{}'", kube::ToText(ref),
                              metadata.volume_id, handle));
    }
    return Mark(ref, *volume, metadata.labels, metadata.annotations, deadline);
  }

  Result<void> Warn(const VolumeWarning& warning, const Deadline& deadline) override {
    const auto volume = Get({.kind = kube::kPersistentVolumes, .name = warning.pv_name}, deadline);
    if (!volume) return Fail(volume.error());
    const auto claim = kube::TextAt(*volume, "/spec/claimRef/name");
    if (!claim.empty()) {
      return Warn(ClaimWarning{.ns = kube::TextAt(*volume, "/spec/claimRef/namespace"),
                               .name = claim,
                               .uid = kube::TextAt(*volume, "/spec/claimRef/uid"),
                               .reason = warning.reason,
                               .message = warning.message},
                  deadline);
    }
    return Report({.about = {.kind = kube::kPersistentVolumes, .name = warning.pv_name},
                   .kind = "PersistentVolume",
                   .uid = kube::TextAt(*volume, "/metadata/uid"),
                   .reason = warning.reason,
                   .message = warning.message},
                  deadline);
  }

  Result<void> Warn(const ClaimWarning& warning, const Deadline& deadline) override {
    return Report({.about = {.kind = kube::kClaims, .name = warning.name, .name_space = warning.ns},
                   .kind = "PersistentVolumeClaim",
                   .uid = warning.uid,
                   .reason = warning.reason,
                   .message = warning.message},
                  deadline);
  }

 private:
  // Writes what `object` does not carry yet.
  Result<void> Mark(const kube::Ref& ref, const Json& object, const topology::Labels& labels,
                    const Annotations& annotations, const Deadline& deadline) {
    const auto new_labels = Missing(labels, object, "labels");
    const auto new_annotations = Missing(annotations, object, "annotations");
    if (new_labels.empty() && new_annotations.empty()) return {};
    const Json patch{{"metadata", {{"labels", new_labels}, {"annotations", new_annotations}}}};
    const auto patched = api_->Patch(ref, kube::PatchKind::kMerge, patch, PatienceUntil(deadline));
    if (!patched) return Fail(ToRpc(patched.error(), "mark " + kube::ToText(ref)));
    return {};
  }

  // Every Node, of each its metadata alone.
  Result<std::vector<Json>> Nodes(const Deadline& deadline) {
    auto nodes = kube::ListAll(*api_, {.kind = kube::kNodes, .metadata_only = true},
                               PatienceUntil(deadline));
    if (!nodes) return Fail(ToRpc(nodes.error(), "list Nodes"));
    return std::move(*nodes);
  }

  Result<void> Report(kube::EventReport report, const Deadline& deadline) {
    report.component = kComponent;
    report.host = settings_.own_node;
    report.created_at = clock_.WallNow();
    const auto reported = kube::Report(*api_, report, PatienceUntil(deadline));
    if (!reported) {
      return Fail(ToRpc(reported.error(), "report on " + kube::ToText(report.about)));
    }
    return {};
  }

  Result<Json> OwnNode(const Deadline& deadline) {
    if (settings_.own_node.empty()) {
      return Fail(StatusCode::NOT_FOUND, "the name of this node's Node object is not known");
    }
    return Get({.kind = kube::kNodes, .name = settings_.own_node}, deadline);
  }

  Result<Json> Get(const kube::Ref& ref, const Deadline& deadline) {
    auto object = api_->Get(ref, PatienceUntil(deadline));
    if (!object) return Fail(ToRpc(object.error(), "read " + kube::ToText(ref)));
    return std::move(*object);
  }

  kube::Patience PatienceUntil(const Deadline& deadline) {
    const auto left = std::clamp(deadline.at - clock_.Now(), Duration::zero(), kLongestCall);
    return std::max(std::chrono::duration_cast<kube::Patience>(left), kube::Patience(1));
  }

  const std::unique_ptr<kube::Api> api_;
  Clock& clock_;
  const KubeClusterSettings settings_;
  absl::Mutex mutex_;
  std::optional<std::vector<topology::Labels>> nodes_ ABSL_GUARDED_BY(mutex_);
  Instant nodes_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Cluster> MakeKubeCluster(std::unique_ptr<kube::Api> api, Clock& clock,
                                         KubeClusterSettings settings) {
  return std::make_unique<KubeCluster>(std::move(api), clock, std::move(settings));
}

}  // namespace driver
