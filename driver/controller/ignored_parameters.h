#pragma once
// Says what of a class was taken without effect: a line in the log, an event on the claim.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <set>
#include <string>

#include "driver/base/clock.h"
#include "driver/controller/requests.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

// Thread-safe.
class IgnoredParameters {
 public:
  // `cluster` may be null: then there is the log alone.
  IgnoredParameters(Clock& clock, Cluster* cluster) : clock_(clock), cluster_(cluster) {}

  // For a volume that was just made. Logs each set of parameters once in the life of the process;
  // an event that cannot be written is logged and forgotten.
  void Report(const CreateVolumeRequest& made, const Deadline& deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // For a snapshot or a group: the log alone, since its class is of no claim.
  void Report(const SnapshotParameters& made) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Log(const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);

  Clock& clock_;
  Cluster* const cluster_;
  absl::Mutex mutex_;
  std::set<std::string> logged_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
