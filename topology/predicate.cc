#include "topology/predicate.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace topology {
namespace {

constexpr std::string_view kNoProvisioner = "kubernetes.io/no-provisioner";
constexpr std::string_view kCordonTaint = "node.kubernetes.io/unschedulable";

using Reasons = std::vector<std::string>;

const StorageClass* FindClass(const Cluster& cluster, const std::string& name) {
  const auto found = std::ranges::find(cluster.classes, name, &StorageClass::name);
  return found == cluster.classes.end() ? nullptr : &*found;
}

const PersistentVolume* FindVolume(const Cluster& cluster, const std::string& name) {
  const auto found = std::ranges::find(cluster.volumes, name, &PersistentVolume::name);
  return found == cluster.volumes.end() ? nullptr : &*found;
}

bool Tolerates(const Toleration& toleration, const Taint& taint) {
  if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
  if (!toleration.key.empty() && toleration.key != taint.key) return false;
  return toleration.exists || toleration.value == taint.value;
}

bool Tolerates(const Pod& pod, const Taint& taint) {
  return std::ranges::any_of(
      pod.tolerations, [&](const Toleration& toleration) { return Tolerates(toleration, taint); });
}

Reasons CheckCordon(const Pod& pod, const Node& node, const Cluster&) {
  const Taint cordon{.key = std::string(kCordonTaint), .effect = "NoSchedule"};
  if (!node.unschedulable || Tolerates(pod, cordon)) return {};
  return {std::string(kUnschedulable)};
}

Reasons CheckTaints(const Pod& pod, const Node& node, const Cluster&) {
  const bool refused = std::ranges::any_of(node.taints, [&](const Taint& taint) {
    return taint.effect != "PreferNoSchedule" && !Tolerates(pod, taint);
  });
  if (!refused) return {};
  return {std::string(kUntoleratedTaints)};
}

Reasons CheckSelector(const Pod& pod, const Node& node, const Cluster&) {
  const bool met = std::ranges::all_of(pod.node_selector, [&](const auto& wanted) {
    const auto label = node.labels.find(wanted.first);
    return label != node.labels.end() && label->second == wanted.second;
  });
  if (met) return {};
  return {std::string(kSelectorMismatch)};
}

bool Reaches(const PersistentVolume& volume, const Node& node) {
  if (!volume.affinity) return true;
  if (volume.migrated) return Matches(WithStandardKeys(*volume.affinity), node.labels);
  return Matches(*volume.affinity, node.labels);
}

bool Suits(const PersistentVolume& volume, const Claim& claim) {
  const bool free_or_ours = volume.claim.empty() || volume.claim == claim.name;
  return free_or_ours && volume.class_name == claim.class_name && volume.block == claim.block &&
         volume.capacity_bytes >= claim.request_bytes;
}

// The smallest volume that serves the claim on this node, null if none does. One reserved for the
// claim is the only choice, be it on this node or not.
const PersistentVolume* Match(const Claim& claim, const Node& node, const Cluster& cluster,
                              const std::set<std::string>& taken) {
  const PersistentVolume* best = nullptr;
  const auto better = [&](const PersistentVolume& volume) {
    return best == nullptr || volume.capacity_bytes < best->capacity_bytes ||
           (volume.capacity_bytes == best->capacity_bytes && volume.name < best->name);
  };
  for (const PersistentVolume& volume : cluster.volumes) {
    if (taken.contains(volume.name) || !Suits(volume, claim)) continue;
    if (volume.claim == claim.name) return Reaches(volume, node) ? &volume : nullptr;
    const bool serves = volume.available && Reaches(volume, node) &&
                        std::ranges::includes(volume.access_modes, claim.access_modes);
    if (serves && better(volume)) best = &volume;
  }
  return best;
}

bool Provisions(const Claim& claim, const Node& node, const Cluster& cluster) {
  const StorageClass* storage_class = FindClass(cluster, claim.class_name);
  return storage_class != nullptr && !storage_class->provisioner.empty() &&
         storage_class->provisioner != kNoProvisioner &&
         Allows(storage_class->allowed_topologies, node.labels);
}

// Claims that already have a selected node are being provisioned for it; the others take a matching
// volume each, the smallest claim first, else are provisioned.
bool Binds(std::vector<Claim> claims, const Node& node, const Cluster& cluster) {
  std::ranges::stable_sort(claims, {}, &Claim::request_bytes);
  std::set<std::string> taken;
  for (const Claim& claim : claims) {
    if (!claim.selected_node.empty()) {
      if (claim.selected_node != node.name || !Provisions(claim, node, cluster)) return false;
      continue;
    }
    const PersistentVolume* volume = Match(claim, node, cluster, taken);
    if (volume == nullptr && !Provisions(claim, node, cluster)) return false;
    if (volume != nullptr) taken.insert(volume->name);
  }
  return true;
}

Reasons CheckVolumes(const Pod& pod, const Node& node, const Cluster& cluster) {
  bool reached = true;
  bool gone = false;
  std::vector<Claim> unbound;
  for (const Claim& claim : pod.claims) {
    if (claim.volume.empty()) {
      unbound.push_back(claim);
      continue;
    }
    const PersistentVolume* volume = FindVolume(cluster, claim.volume);
    gone = gone || volume == nullptr;
    reached = reached && (volume == nullptr || Reaches(*volume, node));
  }
  Reasons reasons;
  if (!reached) reasons.emplace_back(kAffinityMismatch);
  if (!Binds(unbound, node, cluster)) reasons.emplace_back(kNoVolumeToBind);
  if (gone) reasons.emplace_back(kVolumeGone);
  return reasons;
}

// A volume label may list several zones: "zone-a__zone-b".
bool ListsZone(std::string_view listed, std::string_view zone) {
  constexpr std::string_view kSeparator = "__";
  while (true) {
    const auto end = listed.find(kSeparator);
    if (listed.substr(0, end) == zone) return true;
    if (end == std::string_view::npos) return false;
    listed.remove_prefix(end + kSeparator.size());
  }
}

constexpr std::array kZoneLabels = {kZoneKey, kRegionKey, kLegacyZoneKey, kLegacyRegionKey};

// Nodes without any zone label are not constrained. A legacy volume label is compared with the
// node's legacy label, else with its standard one.
bool InLabelledZone(const PersistentVolume& volume, const Node& node) {
  const auto labelled = [&](std::string_view key) {
    return node.labels.contains(std::string(key));
  };
  if (std::ranges::none_of(kZoneLabels, labelled)) return true;
  for (const std::string_view key : kZoneLabels) {
    const auto wanted = volume.labels.find(std::string(key));
    if (wanted == volume.labels.end()) continue;
    auto given = node.labels.find(std::string(key));
    if (given == node.labels.end()) given = node.labels.find(std::string(StandardKey(key)));
    if (given == node.labels.end() || !ListsZone(wanted->second, given->second)) return false;
  }
  return true;
}

Reasons CheckZoneLabels(const Pod& pod, const Node& node, const Cluster& cluster) {
  for (const Claim& claim : pod.claims) {
    const PersistentVolume* volume = FindVolume(cluster, claim.volume);
    if (volume != nullptr && !InLabelledZone(*volume, node)) return {std::string(kZoneMismatch)};
  }
  return {};
}

constexpr std::array kFilters = {CheckCordon, CheckTaints, CheckSelector, CheckVolumes,
                                 CheckZoneLabels};

Reasons Filter(const Pod& pod, const Node& node, const Cluster& cluster) {
  for (const auto filter : kFilters) {
    Reasons reasons = filter(pod, node, cluster);
    if (!reasons.empty()) return reasons;
  }
  return {};
}

// A claim without a class, or of an unknown one, counts as immediate.
bool WaitsForBinding(const Claim& claim, const Cluster& cluster) {
  if (!claim.volume.empty()) return false;
  const StorageClass* storage_class = FindClass(cluster, claim.class_name);
  return storage_class == nullptr || storage_class->binding_mode == BindingMode::kImmediate;
}

}  // namespace

std::vector<std::string> Verdict::Fitting() const {
  std::vector<std::string> names;
  for (const NodeVerdict& verdict : nodes) {
    if (verdict.reasons.empty()) names.push_back(verdict.node);
  }
  return names;
}

Verdict Schedule(const Pod& pod, const Cluster& cluster) {
  Verdict verdict{.all_nodes = cluster.nodes.size()};
  const auto waits = [&](const Claim& claim) { return WaitsForBinding(claim, cluster); };
  if (std::ranges::any_of(pod.claims, waits)) {
    verdict.pod_reason = kUnboundImmediate;
    return verdict;
  }
  for (const Node& node : cluster.nodes) {
    verdict.nodes.push_back({.node = node.name, .reasons = Filter(pod, node, cluster)});
  }
  std::ranges::sort(verdict.nodes, {}, &NodeVerdict::node);
  return verdict;
}

std::string FailedScheduling(const Verdict& verdict) {
  if (verdict.all_nodes == 0) return "no nodes available to schedule pods";
  if (!verdict.Fitting().empty()) return {};
  const std::string head = "0/" + std::to_string(verdict.all_nodes) + " nodes are available: ";
  if (!verdict.pod_reason.empty()) return head + verdict.pod_reason + '.';
  std::map<std::string, int> counts;
  for (const NodeVerdict& node : verdict.nodes) {
    for (const std::string& reason : node.reasons) ++counts[reason];
  }
  std::set<std::string> counted;
  for (const auto& [reason, count] : counts) counted.insert(std::to_string(count) + ' ' + reason);
  std::string listed;
  for (const std::string& text : counted) listed += (listed.empty() ? "" : ", ") + text;
  return head + listed + '.';
}

}  // namespace topology
