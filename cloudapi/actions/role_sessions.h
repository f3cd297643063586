#pragma once
// Credentials of an assumed role. All that is known of a session stands in its token, signed with
// the cloud's own secret, so nothing is stored and a restart ends none.
// Source: STS API reference, AssumeRole; RAM, temporary credentials.
#include <string>
#include <string_view>
#include <utility>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

struct RoleSession {
  std::string account;  // of the role
  std::string role;     // its name
  std::string name;     // RoleSessionName
  SysMillis expires{};  // of the cloud's clock
  bool operator==(const RoleSession&) const = default;
};

struct RoleCredentials {
  std::string access_key_id;  // "STS.…"
  std::string access_key_secret;
  std::string security_token;
};

// A value type; thread-safe.
class RoleSessions {
 public:
  RoleSessions() = default;  // issues for tests: with an empty secret
  explicit RoleSessions(std::string secret) : secret_(std::move(secret)) {}

  // `unique` differs at every call.
  RoleCredentials Issue(const RoleSession& session, std::string_view unique) const;
  // Whether the key is one that Issue made, with this secret.
  bool Issued(std::string_view access_key_id) const;
  // The secret that signs with the key. Errors, none says whether it has expired: 400
  // MissingSecurityToken, InvalidSecurityToken.Malformed, and
  // InvalidSecurityToken.MismatchWithAccessKey for the token of another key.
  struct Opened {
    RoleSession session;
    std::string access_key_secret;
  };
  Result<Opened> Open(std::string_view access_key_id, std::string_view token) const;
  // Errors: 400 InvalidSecurityToken.Expired.
  static Result<void> CheckTime(const RoleSession& session, SysMillis now);

 private:
  std::string Mac(std::string_view purpose, std::string_view text) const;

  std::string secret_;
};

}  // namespace cloudapi
