#pragma once
// Who calls: key, signature, time, nonce.

#include <memory>
#include <optional>
#include <string>

#include "cloudapi/actions/role_sessions.h"
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

struct Identity {
  std::string account;
  std::string role = {};  // of AssumeRole's credentials; empty: the account's own key
  std::string role_session = {};
};

// Thread-safe.
class Authenticator {
 public:
  // `sessions` issued the credentials of roles.
  Authenticator(const Keys& keys, SignatureMode mode, Env& env, RoleSessions sessions = {})
      : keys_(keys), mode_(mode), env_(env), sessions_(std::move(sessions)) {}
  // Returns the caller. Errors: 404 InvalidAccessKeyId.NotFound, else 400; SignatureDoesNotMatch
  // shows the string that the server signed.
  Result<Identity> Check(const HttpRequest& request, const Route& route);

 private:
  // The key that a call must be signed with, and who has it.
  struct Signer {
    Identity identity;
    const SigningKey* key = nullptr;  // null: nothing is checked
    std::optional<SigningKey> own;    // that `key` points to, of a role's credentials
    std::optional<RoleSession> session;
  };
  Result<std::unique_ptr<Signer>> FindSigner(const std::string& key_id, const std::string& token);
  Result<Identity> CheckV1(const HttpRequest& request, const Params& merged);
  Result<Identity> CheckV3(const HttpRequest& request);
  // What follows a right signature: the end of a role's session, the call's time and nonce.
  Result<Identity> CheckTimes(const Signer& signer, const std::string& key_id,
                              const std::string& timestamp, const std::string& nonce);
  Result<void> CheckFreshness(const std::string& key_id, const std::string& timestamp,
                              const std::string& nonce);
  Result<const AccessKey*> FindKey(const std::string& id) const;

  const Keys& keys_;
  const SignatureMode mode_;
  Env& env_;
  const RoleSessions sessions_;
  Nonces nonces_;
};

}  // namespace cloudapi
