#include "driver/base/volume_locks.h"

namespace driver {

std::optional<VolumeLocks::Guard> VolumeLocks::TryLock(std::string key) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!held_.insert(key).second) return std::nullopt;
  }
  return std::optional<Guard>(std::in_place, *this, std::move(key));
}

void VolumeLocks::Unlock(const std::string& key) {
  const absl::MutexLock lock(&mutex_);
  held_.erase(key);
}

}  // namespace driver
