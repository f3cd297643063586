#include "cloudapi/gateway/auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "cloudapi/gateway/signature.h"
#include "cloudapi/resources/kinds.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::string_view kV3Algorithm = "ACS3-HMAC-SHA256";
constexpr std::array<std::string_view, 6> kMustBeSigned = {
    "host",       "x-acs-action",          "x-acs-content-sha256",
    "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};

tl::unexpected<ApiError> Missing(std::string_view name) {
  return Refuse(400, "MissingParameter", "auth.required",
                fmt::format("The parameter {} is missing.", name));
}

tl::unexpected<ApiError> Incomplete(std::string_view why) {
  return Refuse(400, "IncompleteSignature", "auth.complete", std::string(why));
}

// Clients compare what follows the colon with their own string to tell a wrong secret from a bug.
constexpr std::string_view kServerString = "server string to sign is:";

tl::unexpected<ApiError> Mismatch(std::string_view string_to_sign) {
  return Refuse(400, "SignatureDoesNotMatch", "auth.signature",
                fmt::format("The signature is not the one of this request; {}{}", kServerString,
                            string_to_sign));
}

struct Authorization {
  std::string key_id;
  std::vector<std::string> signed_headers;
  std::string signature;
};

// "ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…".
std::optional<Authorization> ParseAuthorization(std::string_view text) {
  Authorization parsed;
  text.remove_prefix(std::min(text.size(), text.find(' ') + 1));
  for (const std::string_view part : base::Split(text, ',')) {
    const auto member = base::Split(base::Trim(part, " "), '=', 2);
    if (member.size() != 2) return std::nullopt;
    const auto [name, value] = std::pair(member[0], member[1]);
    if (name == "Credential") parsed.key_id = value;
    if (name == "Signature") parsed.signature = value;
    if (name != "SignedHeaders" || value.empty()) continue;
    const auto headers = base::Split(value, ';');
    parsed.signed_headers = {headers.begin(), headers.end()};
  }
  if (parsed.key_id.empty() || parsed.signature.empty() || parsed.signed_headers.empty())
    return std::nullopt;
  return parsed;
}

}  // namespace

Result<Identity> Authenticator::Check(const HttpRequest& request, const Route& route) {
  switch (route.scheme) {
    case Scheme::kV1: return CheckV1(request, route.params);
    case Scheme::kV3: return CheckV3(request);
    case Scheme::kUnsigned: break;
  }
  if (mode_ == SignatureMode::kStrict) return Missing("AccessKeyId");
  return Identity{.account = std::string(kDefaultAccount)};
}

Result<const AccessKey*> Authenticator::FindKey(const std::string& id) const {
  const AccessKey* key = keys_.Find(id);
  if (key == nullptr && mode_ == SignatureMode::kStrict)
    return Refuse(404, "InvalidAccessKeyId.NotFound", "auth.key",
                  fmt::format("The access key {} is unknown.", id));
  return key;
}

// Credentials of a role are told by their key, whatever the mode; without checks a token that
// cannot be read leaves an unknown key.
Result<std::unique_ptr<Authenticator::Signer>> Authenticator::FindSigner(const std::string& key_id,
                                                                         const std::string& token) {
  auto signer = std::make_unique<Signer>();
  signer->identity.account = keys_.AccountOf(key_id);
  if (sessions_.Issued(key_id)) {
    auto opened = sessions_.Open(key_id, token);
    if (!opened && mode_ != SignatureMode::kOff) return Fail(opened.error());
    if (!opened) return signer;
    const RoleSession& session = opened->session;
    signer->identity = {
        .account = session.account, .role = session.role, .role_session = session.name};
    if (mode_ == SignatureMode::kOff) return signer;
    signer->key = &signer->own.emplace(opened->access_key_secret);
    signer->session = session;
    return signer;
  }
  if (mode_ == SignatureMode::kOff) return signer;
  const auto key = FindKey(key_id);
  if (!key) return Fail(key.error());
  if (*key != nullptr) signer->key = &(*key)->signing;
  return signer;
}

Result<Identity> Authenticator::CheckTimes(const Signer& signer, const std::string& key_id,
                                           const std::string& timestamp, const std::string& nonce) {
  if (signer.session) {
    const auto lasts = RoleSessions::CheckTime(*signer.session, env_.CloudNow());
    if (!lasts) return Fail(lasts.error());
  }
  if (const auto fresh = CheckFreshness(key_id, timestamp, nonce); !fresh)
    return Fail(fresh.error());
  return signer.identity;
}

Result<Identity> Authenticator::CheckV1(const HttpRequest& request, const Params& merged) {
  const auto id = merged.String("AccessKeyId");
  if (!id) return Missing("AccessKeyId");
  const auto signer = FindSigner(*id, merged.StringOr("SecurityToken", ""));
  if (!signer) return Fail(signer.error());
  if ((*signer)->key == nullptr) return (*signer)->identity;
  for (const std::string_view name :
       {"Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"})
    if (!merged.String(name)) return Missing(name);
  if (merged.StringOr("SignatureMethod", "") != "HMAC-SHA1")
    return Refuse(400, "InvalidParameter", "auth.method", "SignatureMethod must be HMAC-SHA1.");
  if (merged.StringOr("SignatureVersion", "") != "1.0")
    return Refuse(400, "InvalidParameter", "auth.version", "SignatureVersion must be 1.0.");
  const auto text = StringToSignV1(request.method, merged);
  if (!SameSecret((*signer)->key->SignV1(text), merged.StringOr("Signature", "")))
    return Mismatch(text);
  return CheckTimes(**signer, *id, merged.StringOr("Timestamp", ""),
                    merged.StringOr("SignatureNonce", ""));
}

Result<Identity> Authenticator::CheckV3(const HttpRequest& request) {
  const auto& header = request.Header("authorization");
  const auto parsed = ParseAuthorization(header);
  if (!parsed) return Incomplete("Authorization lacks Credential, SignedHeaders or Signature.");
  const auto signer = FindSigner(parsed->key_id, request.Header("x-acs-security-token"));
  if (!signer) return Fail(signer.error());
  if ((*signer)->key == nullptr) return (*signer)->identity;
  if (std::string_view(header).substr(0, header.find(' ')) != kV3Algorithm)
    return Refuse(400, "InvalidParameter", "auth.method",
                  fmt::format("The only algorithm taken is {}.", kV3Algorithm));
  for (const auto name : kMustBeSigned) {
    if (request.Header(name).empty()) return Missing(name);
    if (std::ranges::find(parsed->signed_headers, name) == parsed->signed_headers.end())
      return Incomplete(fmt::format("The header {} must be signed; {}{}", name, kServerString,
                                    StringToSignV3(request, parsed->signed_headers)));
  }
  const auto text = StringToSignV3(request, parsed->signed_headers);
  if (!SameSecret(request.Header("x-acs-content-sha256"), Sha256Hex(request.body)) ||
      !SameSecret((*signer)->key->SignV3(text), parsed->signature))
    return Mismatch(text);
  return CheckTimes(**signer, parsed->key_id, request.Header("x-acs-date"),
                    request.Header("x-acs-signature-nonce"));
}

Result<void> Authenticator::CheckFreshness(const std::string& key_id, const std::string& timestamp,
                                           const std::string& nonce) {
  const auto time = base::ParseTime(timestamp);
  // Elsewhere in the API seconds may be left out, here not.
  if (!time || timestamp.size() != std::string_view("2026-01-01T00:00:00Z").size())
    return Refuse(400, "InvalidTimeStamp.Format", "auth.timestamp",
                  "The timestamp is not like 2026-01-01T00:00:00Z.");
  const auto now = env_.WallNow();
  if (*time < now - kAllowedSkew || *time > now + kAllowedSkew)
    return Refuse(400, "InvalidTimeStamp.Expired", "auth.timestamp",
                  fmt::format("The timestamp {} is more than 15 minutes from the server's {}.",
                              timestamp, base::FormatTime(now)));
  switch (nonces_.Note(key_id, nonce, *time, now)) {
    case Nonces::Use::kFirst: break;
    case Nonces::Use::kRepeated:
      return Refuse(400, "SignatureNonceUsed", "auth.nonce", "The nonce was used before.");
    case Nonces::Use::kFull:
      return Refuse(400, "Throttling.User", "auth.nonce-limit",
                    fmt::format("The access key {} has signed {} calls within 15 minutes.", key_id,
                                nonces_.Limit()));
  }
  return {};
}

}  // namespace cloudapi
