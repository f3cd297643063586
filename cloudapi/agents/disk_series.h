#pragma once
// What the disks on nodes did, minute by minute, from the totals that agents report. Memory only.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "cloudapi/actions/disk_activity.h"
#include "cloudapi/agent_protocol/protocol.h"

namespace cloudapi {

// How long a minute is kept.
inline constexpr std::chrono::hours kSeriesLifetime{24};

DiskTotals TotalsOf(const PresentDisk& disk);

// Thread-safe. Only minutes in which something was done take room.
class DiskSeries : public DiskActivity {
 public:
  // What was done between two reports counts in the minute of the later one, on the cloud's clock.
  // A device that counts from a new beginning tells nothing.
  void Add(const std::string& account, const std::string& disk, const DiskTotals& before,
           const DiskTotals& after, SysMillis now) ABSL_LOCKS_EXCLUDED(mutex_);
  DiskTotals Between(std::string_view account, std::string_view disk, SysMillis from,
                     SysMillis until) const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Minutes = std::map<std::int64_t, DiskTotals>;
  void Prune(std::int64_t minute) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, Minutes> disks_ ABSL_GUARDED_BY(mutex_);
  std::int64_t pruned_ ABSL_GUARDED_BY(mutex_) = 0;  // the minute of the last time
};

}  // namespace cloudapi
