#include "e2e/harness/provision.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace e2e {
namespace {

constexpr std::string_view kNoProvisioner = "kubernetes.io/no-provisioner";

const topology::StorageClass* ClassOf(const Kube& kube, const topology::Claim& claim) {
  const auto& classes = kube.cluster.classes;
  const auto found = std::ranges::find(classes, claim.class_name, &topology::StorageClass::name);
  return found == classes.end() ? nullptr : &*found;
}

std::vector<topology::Labels> TermsOf(const csi::v1::Volume& volume) {
  std::vector<topology::Labels> terms;
  for (const auto& topology : volume.accessible_topology()) {
    terms.emplace_back(topology.segments().begin(), topology.segments().end());
  }
  return terms;
}

void Bind(Kube& kube, topology::Claim& claim, const csi::v1::Volume& volume) {
  claim.volume = "pv-" + claim.name;
  kube.cluster.volumes.push_back({.name = claim.volume,
                                  .class_name = claim.class_name,
                                  .capacity_bytes = volume.capacity_bytes(),
                                  .access_modes = claim.access_modes,
                                  .affinity = topology::AffinityOf(TermsOf(volume)),
                                  .claim = claim.name,
                                  .available = false});
}

// One turn of the provisioner for one claim.
void Provision(CsiClient& controller, Kube& kube, topology::Claim& claim,
               const std::optional<std::string>& node, Placement& placement) {
  const auto wanted = topology::RequirementFor({.storage_class = *ClassOf(kube, claim),
                                                .claim_name = claim.name,
                                                .selected_node = node,
                                                .nodes = kube.cluster.nodes,
                                                .strict_topology = kube.strict_topology});
  if (const auto* refusal = std::get_if<topology::RequirementRefusal>(&wanted)) {
    placement.pending = refusal->message;
    return;
  }
  auto request = VolumeRequest("pv-" + claim.name, claim.request_bytes, {.block = claim.block});
  for (const auto& [key, value] : kube.parameters[claim.class_name]) {
    (*request.mutable_parameters())[key] = value;
  }
  if (const auto& requirement = std::get<0>(wanted)) Require(request, *requirement);
  const auto created = controller.CreateVolume(request);
  placement.created = created.status;
  if (!created.Ok()) {
    placement.pending = created.status.error_message();
    return;
  }
  placement.volumes.push_back(created.reply.volume());
  Bind(kube, claim, created.reply.volume());
}

void ProvisionUnbound(CsiClient& controller, Kube& kube, topology::Pod& pod,
                      const std::optional<std::string>& node, Placement& placement) {
  for (auto& claim : pod.claims) {
    const auto* storage_class = ClassOf(kube, claim);
    const bool due = node || storage_class->binding_mode == topology::BindingMode::kImmediate;
    if (!claim.volume.empty() || !due || storage_class->provisioner == kNoProvisioner) continue;
    Provision(controller, kube, claim, node, placement);
    if (!placement.pending.empty()) return;
  }
}

}  // namespace

Placement Place(CsiClient& controller, Kube& kube, topology::Pod& pod) {
  Placement placement;
  ProvisionUnbound(controller, kube, pod, std::nullopt, placement);
  if (!placement.pending.empty()) return placement;
  const auto verdict = topology::Schedule(pod, kube.cluster);
  const auto fitting = verdict.Fitting();
  if (fitting.empty()) {
    placement.pending = topology::FailedScheduling(verdict);
    return placement;
  }
  ProvisionUnbound(controller, kube, pod, fitting.front(), placement);
  if (!placement.pending.empty()) return placement;
  // The node must still fit with the volumes bound: the zone of the disk is the zone of the node.
  const auto bound = topology::Schedule(pod, kube.cluster);
  const auto still = bound.Fitting();
  if (std::ranges::find(still, fitting.front()) == still.end()) {
    placement.pending = topology::FailedScheduling(bound);
    return placement;
  }
  placement.node = fitting.front();
  return placement;
}

topology::Node NodeFrom(CsiClient& node_driver) {
  const auto told = node_driver.NodeInfo();
  topology::Node node{.name = told.reply.node_id()};
  for (const auto& [key, value] : told.reply.accessible_topology().segments()) {
    node.labels[key] = value;
    node.topology_keys.push_back(key);
  }
  std::ranges::sort(node.topology_keys);
  return node;
}

}  // namespace e2e
