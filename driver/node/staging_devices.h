#pragma once
// Which device on this node a volume is.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/host/host.h"

namespace driver {

// Thread-safe.
class StagingDevices {
 public:
  StagingDevices(Host& host, Clock& clock, std::string by_id_dir)
      : host_(host), clock_(clock), by_id_dir_(std::move(by_id_dir)) {}

  // Links under which a disk with this serial appears, the likeliest first.
  std::vector<std::string> Links(const std::string& serial) const;
  // The device node, nullopt while there is none.
  // Errors: FAILED_PRECONDITION when a link leads to something else than a block device.
  Result<std::optional<std::string>> Find(const std::string& serial);
  // Polls until the deadline. Errors: DEADLINE_EXCEEDED naming the link.
  Result<std::string> Wait(const std::string& serial, const Deadline& deadline);

  // Serials are told when a volume is staged or published; later calls name the volume only.
  void Remember(const std::string& volume_id, const std::string& serial)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What was remembered, else what the id itself says: a disk's serial is its id after "d-".
  // nullopt for ids of another form.
  std::optional<std::string> SerialOf(const std::string& volume_id) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the device may be the volume's: false when the volume is unknown or has another device,
  // true also when its own link is gone, as after a forced detach.
  bool MayBe(const std::string& volume_id, const DeviceNumber& device);

 private:
  Host& host_;
  Clock& clock_;
  const std::string by_id_dir_;
  absl::Mutex mutex_;
  std::map<std::string, std::string> serials_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
