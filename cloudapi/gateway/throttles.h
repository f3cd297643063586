#pragma once
// How often accounts may call: token buckets on the cloud's clock. There are none until one is set.
// Source: ECS API reference, the three throttling codes of the gateway.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

inline constexpr std::string_view kThrottlesMeta = "throttles";

// Whether calls may be of that action, in any case.
bool IsActionName(std::string_view name);

// One bucket. Of an action and an account; of an account, for all its calls; or of an action, for
// the calls of all accounts.
struct Throttle {
  std::string account;          // empty: all share it
  std::string action;           // empty: every action, compared without case otherwise
  std::int64_t burst = 0;       // what it holds, full at first
  std::int64_t per_minute = 0;  // what flows in; 0: nothing
  bool operator==(const Throttle&) const = default;
};

// Thread-safe.
class Throttles {
 public:
  // Replaces the one of the same account and action; the bucket is full.
  void Set(const Throttle& throttle) ABSL_LOCKS_EXCLUDED(mutex_);
  // False when there is none of that account and action.
  bool Remove(const std::string& account, const std::string& action) ABSL_LOCKS_EXCLUDED(mutex_);
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Throttle> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Takes a token of each bucket that the call is under, or none. Errors: 400 Throttling (action
  // and account), Throttling.User (account), Throttling.Api (action), with kRetryAfterFact where
  // time brings a token.
  Result<void> Take(const std::string& account, std::string_view action, SysMillis now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // [{"Account","Action","Burst","PerMinute"}], and back; rows that cannot be read are passed over.
  std::string Text() const ABSL_LOCKS_EXCLUDED(mutex_);
  void Restore(const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Bucket {
    Throttle throttle;
    double tokens = 0;
    std::optional<SysMillis> filled;  // until when; nullopt: no call was under it yet
  };

  mutable absl::Mutex mutex_;
  std::vector<Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

// Fact of a refusal: milliseconds until a repeated call may pass.
inline constexpr std::string_view kRetryAfterFact = "retry-after-ms";

}  // namespace cloudapi
