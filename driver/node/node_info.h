#pragma once
// What the node tells kubelet about itself: its id, its place, how many disks it takes.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/cloud/cloud.h"
#include "driver/node/node_place.h"
#include "topology/labels.h"

namespace driver {

struct NodeInfo {
  std::string node_id;           // the instance id
  std::int64_t max_volumes = 0;  // volumes of CSI; 0: unknown, left to the caller
  topology::Labels segments;     // empty: no volume can be attached here
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
  std::int64_t max_volumes = 0;  // 0: as many as the instance type takes, less those of others
  Cloud* cloud = nullptr;        // asked about type and disks; none: not asked
  bool names_instance = false;   // a segment with the instance id
  // Whether what is known of the node is written on its Node object.
  bool marks_node = false;
  // Whether disks would be seen here; none: they are.
  std::function<bool()> sees_disks = nullptr;
};

// Thread-safe. The place, and which categories the instance takes there, is asked until there is an
// answer, which is then kept: that of a running instance does not change. How many volumes the node
// takes is asked each time. Categories and that number are written on the own Node (csi/keys.h).
class OwnNodeInfo {
 public:
  explicit OwnNodeInfo(NodeInfoSources sources) : sources_(std::move(sources)) {}

  // A node that takes no volume has no segments, so that none is made for it: in CSI a limit of 0
  // means none. Returns by the deadline. Errors: UNAVAILABLE while something that is needed is not
  // known or the Node cannot be written; FAILED_PRECONDITION when the Node object lacks a label of
  // the topology keys.
  Result<NodeInfo> Get(const Deadline& deadline) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What does not change.
  struct Known {
    NodePlace place;
    topology::Labels segments;
  };

  Result<Known> KnownPlace(const Deadline& deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  Result<Known> Find(const Deadline& deadline) const;
  Result<void> AddTopologyKeys(topology::Labels& segments, const Deadline& deadline) const;
  // nullopt: unknown, left to the caller.
  Result<std::optional<std::int64_t>> MaxVolumes(const NodePlace& place,
                                                 const Deadline& deadline) const;
  // Nothing without a cluster or a cloud.
  Result<void> MarkNode(const NodePlace& place, std::optional<std::int64_t> max_volumes,
                        const Deadline& deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Empty: not known, but an earlier answer is on the Node, or there is no such object.
  Result<std::vector<std::string>> Categories(const NodePlace& place, const Deadline& deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Attached data disks that CSI does not manage.
  Result<std::int64_t> ForeignDisks(const std::string& instance_id, const Deadline& deadline) const;

  const NodeInfoSources sources_;
  absl::Mutex mutex_;
  std::optional<Known> known_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> categories_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
