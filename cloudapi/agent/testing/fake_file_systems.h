#pragma once
// File systems that are frozen and thawed in memory.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <set>
#include <string>
#include <vector>

#include "cloudapi/agent/file_systems.h"

namespace cloudapi {

// Thread-safe.
class FakeFileSystems : public FileSystems {
 public:
  Result<int> Freeze(const std::string& device) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    if (refuses_) return Fail(ApiError{.message = "no right to freeze"});
    frozen_.insert(device);
    log_.push_back("freeze " + device);
    return 1;
  }
  Result<void> Thaw(const std::string& device) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    frozen_.erase(device);
    log_.push_back("thaw " + device);
    return {};
  }

  std::set<std::string> Frozen() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return frozen_;
  }
  // Every call, in order.
  std::vector<std::string> Log() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return log_;
  }
  void Refuse(bool refuses) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    refuses_ = refuses;
  }

 private:
  absl::Mutex mutex_;
  std::set<std::string> frozen_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> log_ ABSL_GUARDED_BY(mutex_);
  bool refuses_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cloudapi
