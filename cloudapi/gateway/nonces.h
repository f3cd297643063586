#pragma once
// The nonces of signed calls, kept as long as a copy of their call would pass the check of its
// time.
#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_set.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"

namespace cloudapi {

// A call passes this long before and after the time that it names.
inline constexpr std::chrono::minutes kAllowedSkew{15};
// Of one key at a time: 18,600 calls a second for fifteen minutes.
inline constexpr std::size_t kNonceLimit = 16 * 1024 * 1024;

// Thread-safe.
class Nonces {
 public:
  enum class Use { kFirst, kRepeated, kFull };

  // `limit`: of one key.
  explicit Nonces(std::size_t limit = kNonceLimit) : limit_(limit) {}
  std::size_t Limit() const { return limit_; }

  // Notes the nonce of a call that names the time `stamp`, within kAllowedSkew of `now`. kFull: the
  // key has `limit` nonces that still count; the nonce is not noted, so the call must be refused,
  // or a copy of it would pass.
  Use Note(const std::string& key_id, std::string_view nonce, SysMillis stamp, SysMillis now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Hashes of the nonces whose stamps lie in one span of time, so that they are forgotten together.
  using Spans = std::map<std::int64_t, absl::flat_hash_set<std::uint64_t>>;

  const std::size_t limit_;
  absl::Mutex mutex_;
  std::map<std::string, Spans> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
