#pragma once
// Who calls: key, signature, time, nonce.

#include <string>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/gateway/keys.h"
#include "cloudapi/gateway/nonces.h"
#include "cloudapi/gateway/route.h"
#include "cloudapi/http/http.h"

namespace cloudapi {

enum class SignatureMode {
  kPresent,  // checked for known keys; each unknown key is an account of its own
  kOff,      // the key picks the account, unchecked
  kStrict,   // every call is signed by a known key
};

// Thread-safe.
class Authenticator {
 public:
  Authenticator(const Keys& keys, SignatureMode mode, Env& env)
      : keys_(keys), mode_(mode), env_(env) {}
  // Returns the account of the caller. Errors: 404 InvalidAccessKeyId.NotFound, else 400;
  // SignatureDoesNotMatch shows the string that the server signed.
  Result<std::string> Check(const HttpRequest& request, const Route& route);

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
