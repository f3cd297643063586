#pragma once
// One operation per volume at a time.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <set>
#include <string>
#include <utility>

#include "driver/base/result.h"

namespace driver {

// Thread-safe. Must outlive its guards.
class VolumeLocks {
 public:
  // Held until destroyed.
  class Guard {
   public:
    Guard(VolumeLocks& locks, std::string key) : locks_(&locks), key_(std::move(key)) {}
    Guard(Guard&& other) noexcept
        : locks_(std::exchange(other.locks_, nullptr)), key_(std::move(other.key_)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (locks_ != nullptr) locks_->Unlock(key_);
    }

   private:
    VolumeLocks* locks_;
    std::string key_;
  };

  // `object` is the key and names it to the caller: "volume d-1". Errors: ABORTED while it is held;
  // never waits. Source: CSI, "Concurrency".
  Result<Guard> Lock(const std::string& object) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Unlock(const std::string& key) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::set<std::string> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
