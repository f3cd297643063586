#pragma once
#include <memory>
#include <string>

#include "common/kube/api.h"
#include "driver/base/clock.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

struct KubeClusterSettings {
  std::string driver_name;         // of the PersistentVolumes that may be touched
  std::string own_node;            // name of the Node that this process runs on; empty: unknown
  std::string own_namespace = {};  // of the Pod; empty: unknown
};

// The cluster behind `api`. Nodes are remembered for 5 s. `clock` outlives it.
std::unique_ptr<Cluster> MakeKubeCluster(std::unique_ptr<kube::Api> api, Clock& clock,
                                         KubeClusterSettings settings);

}  // namespace driver
