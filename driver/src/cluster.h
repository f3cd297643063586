#pragma once
// The Kubernetes cluster as the driver needs it.
#include "driver/src/result.h"
#include "topology/labels.h"

namespace driver {

// Thread-safe.
class Cluster {
 public:
  virtual ~Cluster() = default;
  // Labels of the Node object that this process runs on.
  // Errors: UNAVAILABLE without an answer, NOT_FOUND without such an object.
  virtual Result<topology::Labels> OwnNodeLabels() = 0;
};

}  // namespace driver
