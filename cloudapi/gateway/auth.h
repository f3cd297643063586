#pragma once
// Who calls: scheme, key, signature, time, nonce.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <utility>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/gateway/keys.h"
#include "cloudapi/http/http.h"

namespace cloudapi {

enum class SignatureMode {
  kPresent,  // checked for known keys; an unknown key is an account of its own
  kOff,      // the key picks the account, unchecked
  kStrict,   // every call is signed by a known key
};

enum class Scheme { kUnsigned, kV1, kV3 };
Scheme SchemeOf(const HttpRequest& request, const Params& merged);

inline constexpr std::chrono::minutes kAllowedSkew{15};
// Nonces are remembered as 64-bit hashes, this many at most; beyond it the oldest are forgotten.
inline constexpr std::size_t kNonceLimit = 65536;

// Nonces seen while their timestamps are valid. Thread-safe.
class Nonces {
 public:
  // False when it was used before and is still remembered.
  bool Use(std::string_view key_id, std::string_view nonce, SysMillis now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  std::unordered_set<std::uint64_t> seen_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<SysMillis, std::uint64_t>> order_ ABSL_GUARDED_BY(mutex_);
};

// Thread-safe.
class Authenticator {
 public:
  Authenticator(const Keys& keys, SignatureMode mode, Env& env)
      : keys_(keys), mode_(mode), env_(env) {}
  // The account of the caller. `merged`: query and form. Errors: those of the gateway,
  // SignatureDoesNotMatch with the string that the server signed.
  Result<std::string> Check(const HttpRequest& request, const Params& merged);

 private:
  Result<std::string> CheckV1(const HttpRequest& request, const Params& merged);
  Result<std::string> CheckV3(const HttpRequest& request);
  Result<void> CheckFreshness(const std::string& key_id, const std::string& timestamp,
                              const std::string& nonce);
  Result<const AccessKey*> FindKey(const std::string& id) const;

  const Keys& keys_;
  const SignatureMode mode_;
  Env& env_;
  Nonces nonces_;
};

}  // namespace cloudapi
