#pragma once
// What scheduler and provisioner do with a pod and its claims, with the rules of topology/ and the
// real driver: schedule, build the requirement, call CreateVolume, bind, schedule again.
#include <map>
#include <string>
#include <vector>

#include "e2e/harness/csi_client.h"
#include "topology/kubernetes.h"
#include "topology/predicate.h"

namespace e2e {

// The API server's objects. `parameters` are the classes' own, by class name.
struct Kube {
  topology::Cluster cluster;
  std::map<std::string, std::map<std::string, std::string>> parameters;
  bool strict_topology = false;  // the provisioner's flag
};

struct Placement {
  std::string pending;  // message of the scheduler or provisioner; empty when the pod is placed
  std::string node;
  grpc::Status created;                  // of the last CreateVolume; OK when none was called
  std::vector<csi::v1::Volume> volumes;  // made for the pod's claims, in their order
};

// Follows the pod until it has a node or waits. Volumes that are made are added to the cluster,
// bound to their claims, so that a second call sees them.
Placement Place(CsiClient& controller, Kube& kube, topology::Pod& pod);

// Returns the node as kubelet registers it: the driver's segments become labels and topology keys.
// Only the name is set when the driver does not answer.
topology::Node NodeFrom(CsiClient& node_driver);

}  // namespace e2e
