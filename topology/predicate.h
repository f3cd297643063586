#pragma once
// What kube-scheduler says about a pod's volumes, node by node, in its own words (v1.36).
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "topology/kubernetes.h"

namespace topology {

inline constexpr std::string_view kUnschedulable = "node(s) were unschedulable";
inline constexpr std::string_view kUntoleratedTaints = "node(s) had untolerated taint(s)";
inline constexpr std::string_view kSelectorMismatch =
    "node(s) didn't match Pod's node affinity/selector";
inline constexpr std::string_view kAffinityMismatch =
    "node(s) didn't match PersistentVolume's node affinity";
inline constexpr std::string_view kNoVolumeToBind =
    "node(s) didn't find available persistent volumes to bind";
inline constexpr std::string_view kVolumeGone =
    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
inline constexpr std::string_view kZoneMismatch = "node(s) had no available volume zone";
inline constexpr std::string_view kUnboundImmediate =
    "pod has unbound immediate PersistentVolumeClaims";

struct Pod {
  std::vector<Claim> claims;
  std::vector<Toleration> tolerations;
  Labels node_selector;
};

struct Cluster {
  std::vector<Node> nodes;
  std::vector<StorageClass> classes;
  std::vector<PersistentVolume> volumes;
};

struct NodeVerdict {
  std::string node;
  std::vector<std::string> reasons;  // empty: the node fits
  bool operator==(const NodeVerdict&) const = default;
};

struct Verdict {
  std::size_t all_nodes = 0;
  std::string pod_reason;          // refused before any node was looked at; else empty
  std::vector<NodeVerdict> nodes;  // sorted by name; empty when pod_reason is set
  [[nodiscard]] std::vector<std::string> Fitting() const;
  bool operator==(const Verdict&) const = default;
};

// Filters in the scheduler's order, the first that refuses speaks: cordon, taints, pod selector,
// volume binding, volume zone labels. Only what concerns volumes and taints is modelled.
Verdict Schedule(const Pod& pod, const Cluster& cluster);

// The text of the FailedScheduling event, without the part on preemption:
// "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't find available …".
// Empty when a node fits. Reasons are counted and sorted as text, as the scheduler does.
std::string FailedScheduling(const Verdict& verdict);

}  // namespace topology
