#pragma once
// The last committed changes in memory, for the followers of the cloud.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "cloudapi/base/steady_cond_var.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// Thread-safe. One thread publishes, any number follow.
class ChangeRing {
 public:
  // `revision` is that of the last committed change; earlier ones cannot be followed.
  ChangeRing(std::size_t limit, std::int64_t revision)
      : limit_(limit), floor_(revision), revision_(revision) {}

  // A committed batch, in revision order. `cleared`: followers must read everything anew, since
  // changes happened that are not listed.
  void Publish(std::vector<Change> changes, std::int64_t revision, bool cleared)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::int64_t Revision() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Store::WaitForChanges.
  std::optional<std::int64_t> Wait(std::int64_t after, std::chrono::nanoseconds at_most)
      ABSL_LOCKS_EXCLUDED(mutex_);
  ChangeBatch After(std::int64_t after) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends all present and future waits.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::size_t limit_;
  mutable absl::Mutex mutex_;
  SteadyCondVar changed_;
  std::deque<Change> changes_ ABSL_GUARDED_BY(mutex_);
  std::int64_t floor_ ABSL_GUARDED_BY(mutex_);  // changes after this revision are in the ring
  std::int64_t revision_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cloudapi
