#pragma once
// ClientToken: a call repeated with the token of an earlier one gets that one's answer and has no
// effect of its own. Source: ECS OpenAPI, "ensure idempotence".
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <set>
#include <string>
#include <string_view>

#include "cloudapi/store/store.h"

namespace cloudapi {

// At most 64 printable ASCII characters.
bool IsClientToken(std::string_view text);

// The tokens between receipt and commit. Thread-safe.
class TokensInFlight {
 public:
  // Holds a token until its end, however the call ends.
  class Claim {
   public:
    Claim(TokensInFlight& tokens, TokenKey key);
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    // False: another call holds the token.
    bool Held() const { return held_; }

   private:
    TokensInFlight& tokens_;
    const TokenKey key_;
    bool held_ = false;
  };

 private:
  struct Less {
    bool operator()(const TokenKey& a, const TokenKey& b) const;
  };
  absl::Mutex mutex_;
  std::set<TokenKey, Less> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
