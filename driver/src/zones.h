#pragma once
// Where and as what a new disk may be created, and what the region sells.
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "driver/src/clock.h"
#include "driver/src/cloud.h"
#include "driver/src/requests.h"
#include "driver/src/result.h"
#include "topology/choose.h"

namespace driver {

// One CreateDisk to try.
struct DiskAttempt {
  std::string zone;
  std::string category;
  std::string level;
  std::int64_t size_gib = 0;
};

// Thread-safe. Keeps the catalogue for 60 s.
class Zones {
 public:
  // `default_zone`: where nothing else names a zone; may be empty.
  Zones(Cloud& cloud, Clock& clock, std::string default_zone);

  // Best first, never empty. RESOURCE_EXHAUSTED when no allowed zone sells a wanted category,
  // OUT_OF_RANGE when none comes in the size.
  Result<std::vector<DiskAttempt>> Choose(const CreateVolume& wanted, const Deadline& deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Greatest and least size in bytes of a volume as wished; both 0 when nothing fits.
  struct Sizes {
    std::int64_t least_bytes = 0;
    std::int64_t most_bytes = 0;
  };
  Result<Sizes> Capacity(const CapacityWish& wish, const Deadline& deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Known {
    topology::Catalogue catalogue;
    bool fresh = false;  // asked for just now
  };
  // `refresh`: do not answer from the cache.
  Result<Known> Catalogue(const Deadline& deadline, bool refresh) ABSL_LOCKS_EXCLUDED(mutex_);

  Cloud& cloud_;
  Clock& clock_;
  const std::string default_zone_;
  absl::Mutex mutex_;
  std::optional<topology::Catalogue> catalogue_ ABSL_GUARDED_BY(mutex_);
  Instant asked_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
