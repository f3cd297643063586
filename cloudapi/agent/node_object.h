#pragma once
// The Node object of the Kubernetes node that the agent runs on: its labels say where the node is,
// its events why no disk attaches.
#include <string>
#include <string_view>

#include "cloudapi/base/result.h"
#include "common/kube/api.h"

namespace cloudapi {

struct NodeObject {
  std::string zone;
  std::string region;         // empty without such a label
  std::string instance_type;  // empty unless the label names an ECS type
  std::string uid;
};

// Reads standard, ACK's or legacy keys for zone and region, node.kubernetes.io/instance-type or its
// beta key for the type. Errors: what the API answered; 404 NoZoneLabel while no label names a
// zone.
Result<NodeObject> ReadNodeObject(kube::Api& api, const std::string& node);

// A warning about the node that `kubectl describe node` shows. Errors: what the API
// answered.
Result<void> WarnOnNode(kube::Api& api, const std::string& node, const std::string& uid,
                        std::string_view reason, const std::string& message);

}  // namespace cloudapi
