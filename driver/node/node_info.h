#pragma once
// What the node tells kubelet about itself: its id, its place, how many disks it takes.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/cloud/cloud.h"
#include "driver/node/node_place.h"
#include "topology/labels.h"

namespace driver {

struct NodeInfo {
  std::string node_id;           // the instance id
  std::int64_t max_volumes = 0;  // data disks; 0: unknown, left to the caller
  topology::Labels segments;
  bool operator==(const NodeInfo&) const = default;
};

// One more segment. Without a value it is taken from the labels of the Node object.
struct TopologyKey {
  std::string key;
  std::string value;
};

struct NodeInfoSources {
  PlaceSources place;
  std::vector<TopologyKey> topology_keys;
  std::int64_t max_volumes = 0;  // 0: as many as the instance type takes
  Cloud* cloud = nullptr;        // asked about the instance type; none: not asked
};

// Thread-safe. Asked until there is an answer, which is then kept: the place of a running instance
// does not change.
class OwnNodeInfo {
 public:
  explicit OwnNodeInfo(NodeInfoSources sources) : sources_(std::move(sources)) {}

  // Returns by the deadline. Errors: UNAVAILABLE while something that is needed is not known;
  // FAILED_PRECONDITION when the Node object lacks a label of the topology keys.
  Result<NodeInfo> Get(const Deadline& deadline) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Result<NodeInfo> Find(const Deadline& deadline) const;
  Result<void> AddTopologyKeys(topology::Labels& segments, const Deadline& deadline) const;
  Result<std::int64_t> MaxVolumes(const std::string& instance_type, const Deadline& deadline) const;

  const NodeInfoSources sources_;
  absl::Mutex mutex_;
  std::optional<NodeInfo> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
