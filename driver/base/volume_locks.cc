#include "driver/base/volume_locks.h"

namespace driver {

Result<VolumeLocks::Guard> VolumeLocks::Lock(const std::string& object) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!held_.insert(object).second) {
      return Fail(grpc::StatusCode::ABORTED, object + " is busy with another call");
    }
  }
  return Guard(*this, object);
}

void VolumeLocks::Unlock(const std::string& key) {
  const absl::MutexLock lock(&mutex_);
  held_.erase(key);
}

}  // namespace driver
