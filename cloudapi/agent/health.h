#pragma once
// What an agent says of itself to who watches it.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <string>

#include "cloudapi/base/env.h"

namespace cloudapi {

// An agent whose loop has not turned for so long hangs: every call of it to the cloud ends within
// seconds, and a flush of a slow disk within a minute or two.
inline constexpr std::chrono::minutes kHangTimeout{5};

// Thread-safe.
class Health {
 public:
  Health(Env& env, std::string instance_id);

  // The loop has turned; `in_touch`: the cloud answered.
  void Heartbeat(bool in_touch) ABSL_LOCKS_EXCLUDED(mutex_);
  // The cloud accepted the node; `refusal`: why no disk will attach, empty: fine.
  void Registered(const std::string& refusal) ABSL_LOCKS_EXCLUDED(mutex_);
  // What goes on, one line.
  void SetStatus(const std::string& line) ABSL_LOCKS_EXCLUDED(mutex_);

  bool Alive() ABSL_LOCKS_EXCLUDED(mutex_);
  // Registered, in touch with the cloud, and disks can attach.
  bool Ready() ABSL_LOCKS_EXCLUDED(mutex_);
  // JSON: instance, ready, says.
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
