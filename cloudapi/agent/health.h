#pragma once
// Liveness and readiness of an agent, served on /healthz and /readyz.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <string>

#include "cloudapi/base/env.h"

namespace cloudapi {

// An agent without a heartbeat for this long hangs: a call to the cloud ends within seconds, a
// flush of a slow disk within a minute or two.
inline constexpr std::chrono::minutes kHangTimeout{5};

// Thread-safe.
class Health {
 public:
  Health(Env& env, std::string instance_id);

  // A round of the loop is over; `in_touch`: the cloud answered in it.
  void Heartbeat(bool in_touch) ABSL_LOCKS_EXCLUDED(mutex_);
  // The cloud accepted the node; `refusal`: why no disk will attach, empty when disks can.
  void Registered(const std::string& refusal) ABSL_LOCKS_EXCLUDED(mutex_);
  // What the agent does or waits for, one line.
  void SetStatus(const std::string& line) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether the last heartbeat is younger than kHangTimeout.
  bool Alive() ABSL_LOCKS_EXCLUDED(mutex_);
  // Registered, in touch with the cloud, and disks can attach.
  bool Ready() ABSL_LOCKS_EXCLUDED(mutex_);
  // JSON: instance, ready, status.
  std::string Text() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Env& env_;
  const std::string instance_id_;
  absl::Mutex mutex_;
  std::chrono::steady_clock::time_point heartbeat_ ABSL_GUARDED_BY(mutex_);
  bool in_touch_ ABSL_GUARDED_BY(mutex_) = false;
  bool usable_ ABSL_GUARDED_BY(mutex_) = false;
  std::string status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
