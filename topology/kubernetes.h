#pragma once
// The parts of Kubernetes objects that decide where a volume goes, as plain values.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "topology/labels.h"

namespace topology {

enum class BindingMode { kImmediate, kWaitForFirstConsumer };

// One key of StorageClass.allowedTopologies with the values that are allowed.
struct TopologySelector {
  std::string key;
  std::vector<std::string> values;
};

// All selectors of a term must hold (AND); terms are alternatives (OR).
using TopologySelectorTerm = std::vector<TopologySelector>;

struct StorageClass {
  std::string name;
  std::string provisioner;  // "kubernetes.io/no-provisioner": only existing volumes
  BindingMode binding_mode = BindingMode::kImmediate;
  std::vector<TopologySelectorTerm> allowed_topologies;
};

struct Taint {
  std::string key;
  std::string value;
  std::string effect;  // NoSchedule, PreferNoSchedule, NoExecute
};

// An empty key tolerates every key, an empty effect every effect.
struct Toleration {
  std::string key;
  std::string value;
  bool exists = false;  // operator Exists: the value is not compared
  std::string effect;
};

struct Node {
  std::string name;
  Labels labels;
  std::vector<std::string> topology_keys;  // of the driver, from the CSINode object
  std::vector<Taint> taints;
  bool unschedulable = false;  // cordoned
};

enum class SelectorOperator { kIn, kNotIn, kExists, kDoesNotExist };

struct SelectorExpression {
  std::string key;
  SelectorOperator op = SelectorOperator::kIn;
  std::vector<std::string> values;
};

// Expressions are ANDed; a term without any matches nothing.
using NodeSelectorTerm = std::vector<SelectorExpression>;

// Terms are alternatives; none at all match nothing.
struct NodeSelector {
  std::vector<NodeSelectorTerm> terms;
};

struct PersistentVolume {
  std::string name;
  std::string class_name;
  std::int64_t capacity_bytes = 0;
  std::set<std::string> access_modes;  // ReadWriteOnce, …
  bool block = false;                  // volumeMode Block
  Labels labels;
  std::optional<NodeSelector> affinity;  // nothing: reachable from everywhere
  std::string claim;                     // claim it is bound to or reserved for; empty: free
  bool available = true;                 // phase Available
  // An in-tree volume served by a CSI driver: the scheduler translates its affinity keys before
  // comparing.
  bool migrated = false;
};

struct Claim {
  std::string name;
  std::string class_name;
  std::int64_t request_bytes = 0;
  std::set<std::string> access_modes;
  bool block = false;
  std::string volume;         // PersistentVolume it is bound to; empty: unbound
  std::string selected_node;  // annotation volume.kubernetes.io/selected-node
};

bool Matches(const SelectorExpression& expression, const Labels& labels);
bool Matches(const NodeSelector& selector, const Labels& labels);

// Whether the node's labels meet allowedTopologies; an empty list allows every node.
bool Allows(const std::vector<TopologySelectorTerm>& allowed, const Labels& labels);

// The affinity that the provisioner writes into a PersistentVolume for CreateVolume's
// accessible_topology: one term per topology, one In per segment; nothing for an empty list.
std::optional<NodeSelector> AffinityOf(const std::vector<Labels>& accessible_topology);

// The same selector with legacy zone and region keys replaced by the standard ones.
NodeSelector WithStandardKeys(NodeSelector selector);

}  // namespace topology
