#pragma once
#include <utility>

#include "driver/src/cluster.h"

namespace driver {

// A cluster with one node. Not thread-safe.
class FakeCluster : public Cluster {
 public:
  explicit FakeCluster(Result<topology::Labels> labels) : labels_(std::move(labels)) {}
  Result<topology::Labels> OwnNodeLabels() override { return labels_; }

 private:
  Result<topology::Labels> labels_;
};

}  // namespace driver
