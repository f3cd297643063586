#pragma once
// Where and as what a new disk may be created, and what the region sells.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <optional>
#include <string>
#include <vector>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/requests.h"
#include "driver/kubernetes/cluster.h"
#include "topology/choose.h"

namespace driver {

// One CreateDisk to try.
struct DiskAttempt {
  std::string zone;
  std::string category;
  std::string level;
  std::int64_t size_gib = 0;
};

struct ZoneSettings {
  std::string default_zone;        // where nothing else names a zone; may be empty
  Cluster* cluster = nullptr;      // tells what Nodes say; none: that is not known
  bool reads_node_labels = false;  // which categories a Node takes (csi/keys.h)
  bool keeps_to_one = false;       // one zone, by the rule of ACK's driver (topology/one_zone.h)
};

// Thread-safe. Keeps the catalogue for 60 s.
class Zones {
 public:
  Zones(Cloud& cloud, Clock& clock, ZoneSettings settings);

  // Best first, never empty. RESOURCE_EXHAUSTED when no allowed zone sells a wanted category, or
  // the chosen node takes none or is gone, so that the Pod is scheduled anew; INVALID_ARGUMENT when
  // every one begins above the size, OUT_OF_RANGE when none comes in it.
  Result<std::vector<DiskAttempt>> Choose(const CreateVolumeRequest& wanted,
                                          const Deadline& deadline) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether some required term allows the zone. UNAVAILABLE when Nodes decide and cannot be listed.
  Result<bool> Allows(const std::vector<topology::Labels>& requisite, const std::string& zone,
                      const Deadline& deadline);

  // Greatest and least size in bytes of a volume as asked for; both 0 when the place sells none.
  // For what no place can ever sell: those of any volume, since CreateVolume tells the cause.
  struct Sizes {
    std::int64_t least_bytes = 0;
    std::int64_t most_bytes = 0;
  };
  Result<Sizes> Capacity(const CapacityRequest& request, const Deadline& deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Known {
    topology::Catalogue catalogue;
    bool fresh = false;  // asked for just now
  };
  // `refresh`: do not answer from the cache.
  Result<Known> Catalogue(const Deadline& deadline, bool refresh) ABSL_LOCKS_EXCLUDED(mutex_);

  // In the zone of topology/one_zone.h, whatever it sells. An event ConflictingZone on the claim
  // where it is none that the topology asks for. INVALID_ARGUMENT without a zone or an attempt.
  Result<std::vector<DiskAttempt>> ChooseOne(const CreateVolumeRequest& wanted,
                                             const topology::PlacementRequest& placement,
                                             const Deadline& deadline);

  // What the cluster knows beyond the request: which categories the chosen node takes, and without
  // any topology which zones have nodes.
  Result<void> AddKnowledge(const CreateVolumeRequest& wanted, const Deadline& deadline,
                            topology::PlacementRequest& placement);

  // Labels of the Nodes where a term needs them, else empty.
  Result<std::vector<topology::Labels>> NodesFor(const std::vector<topology::Labels>& terms,
                                                 Freshness freshness, const Deadline& deadline);

  Cloud& cloud_;
  Clock& clock_;
  const ZoneSettings settings_;
  absl::Mutex mutex_;
  std::optional<topology::Catalogue> catalogue_ ABSL_GUARDED_BY(mutex_);
  Instant asked_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
