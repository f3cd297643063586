#pragma once
// How long the calls of one thread to the cloud may hang. Beside the seam to the cloud and not in
// it, since a deadline belongs to the CSI call: cloud/retry.h sets it, cloud/http_cloud.cc keeps
// it.
#include <optional>

#include "driver/base/clock.h"

namespace driver {

// While it lives, this thread waits for no answer beyond `until`.
class CallLimit {
 public:
  explicit CallLimit(Instant until);
  ~CallLimit();
  CallLimit(const CallLimit&) = delete;
  CallLimit& operator=(const CallLimit&) = delete;

  // That of this thread, nullopt when there is none.
  static std::optional<Instant> Current();

 private:
  const std::optional<Instant> before_;
};

}  // namespace driver
