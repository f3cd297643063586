#pragma once
// The TopologyRequirement that external-provisioner v6 sends in CreateVolume.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "topology/kubernetes.h"
#include "topology/labels.h"

namespace topology {

struct Requirement {
  std::vector<Labels> requisite;
  std::vector<Labels> preferred;
  bool operator==(const Requirement&) const = default;
};

// Why the provisioner does not call the driver, in its words.
struct RequirementRefusal {
  std::string message;
  bool reschedule = false;  // takes the selected node back, so that another one is tried
  bool operator==(const RequirementRefusal&) const = default;
};

struct RequirementWish {
  StorageClass storage_class;
  std::string claim_name;
  std::optional<std::string> selected_node;  // nothing: immediate binding
  std::vector<Node> nodes;                   // their order is irrelevant, but for keys_from
  bool strict_topology = false;              // flag --strict-topology
  bool immediate_topology = true;            // flag --immediate-topology
  // Immediate binding takes the topology keys from a random CSINode that has some: this many
  // further, among those sorted by name (modulo their number).
  std::size_t keys_from = 0;
  // What the provisioner draws for a claim without a name.
  std::uint32_t nameless_hash = 0;
};

// Requisite and preferred as sent; nothing when CreateVolume is called without a requirement.
// Source: external-provisioner, pkg/controller/topology.go.
std::variant<std::optional<Requirement>, RequirementRefusal> RequirementFor(
    const RequirementWish& wish);

// Spreading of StatefulSet claims: the 32-bit FNV-1 hash of the claim name plus its ordinal.
// "data-web-2": hash of "web", index 2; a name without ordinal: hash of the whole, index 0.
struct ClaimSpread {
  std::uint32_t hash = 0;
  std::uint32_t index = 0;
  bool operator==(const ClaimSpread&) const = default;
};
ClaimSpread SpreadOf(std::string_view claim_name);

}  // namespace topology
