#pragma once
// The Node object of the Kubernetes node that the agent runs on: where it says that the node is,
// and where events about its disks are reported.
#include <string>
#include <string_view>

#include "cloudapi/base/result.h"
#include "common/kube/api.h"

namespace cloudapi {

struct NodeObject {
  std::string zone;
  std::string region;         // may be empty
  std::string instance_type;  // an ECS type, else empty
  std::string uid;
};

// What the labels of the node say: standard, ACK's or legacy keys for zone and region,
// node.kubernetes.io/instance-type (or its beta key) for the type.
// Errors in one line: the API's answer; 404 while there is no zone label.
Result<NodeObject> ReadNodeObject(kube::Api& api, const std::string& node);

// A warning about the node that `kubectl describe node` shows. Errors: the API's answer.
Result<void> WarnOnNode(kube::Api& api, const std::string& node, const std::string& uid,
                        std::string_view reason, const std::string& message);

}  // namespace cloudapi
