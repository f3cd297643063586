#include "cloudapi/actions/role_sessions.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "cloudapi/base/json.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::string_view kSessionKeyPrefix = "STS.";
constexpr std::size_t kHalfKey = 16;  // characters of what is random in a key, and of its proof

bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// {"key","account","role","name","expires"}
std::string Describe(std::string_view key, const RoleSession& session) {
  JsonWriter json;
  json.BeginObject()
      .Field("key", key)
      .Field("account", session.account)
      .Field("role", session.role)
      .Field("name", session.name)
      .Field("expires", std::int64_t{session.expires.time_since_epoch().count()})
      .EndObject();
  return json.Take();
}

tl::unexpected<ApiError> BadToken(std::string_view code, std::string message) {
  return Refuse(400, code, "auth.security-token", std::move(message));
}

}  // namespace

std::string RoleSessions::Mac(std::string_view purpose, std::string_view text) const {
  const std::string input = fmt::format("{}:{}", purpose, text);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest.data(), &size);
  return base::ToHex({reinterpret_cast<const char*>(digest.data()), size});
}

RoleCredentials RoleSessions::Issue(const RoleSession& session, std::string_view unique) const {
  const std::string number = Mac("number", unique).substr(0, kHalfKey);
  const std::string key =
      fmt::format("{}{}{}", kSessionKeyPrefix, number, Mac("key", number).substr(0, kHalfKey));
  const std::string text = Describe(key, session);
  return {.access_key_id = key,
          .access_key_secret = Mac("secret", text),
          .security_token = fmt::format("{}.{}", base::ToHex(text), Mac("token", text))};
}

bool RoleSessions::Issued(std::string_view access_key_id) const {
  if (!access_key_id.starts_with(kSessionKeyPrefix)) return false;
  access_key_id.remove_prefix(kSessionKeyPrefix.size());
  if (access_key_id.size() != 2 * kHalfKey) return false;
  return SameText(Mac("key", access_key_id.substr(0, kHalfKey)).substr(0, kHalfKey),
                  access_key_id.substr(kHalfKey));
}

Result<RoleSessions::Opened> RoleSessions::Open(std::string_view access_key_id,
                                                std::string_view token) const {
  if (token.empty()) {
    return BadToken("MissingSecurityToken",
                    fmt::format("The SecurityToken of key {} is missing.", access_key_id));
  }
  const std::size_t dot = token.find('.');
  const auto text = base::FromHex(token.substr(0, dot));
  const bool ours =
      dot != std::string_view::npos && text && SameText(Mac("token", *text), token.substr(dot + 1));
  const auto said = nlohmann::json::parse(ours ? *text : "", nullptr, /*allow_exceptions=*/false);
  if (!said.is_object())
    return BadToken("InvalidSecurityToken.Malformed", "The SecurityToken is malformed.");
  if (said.at("key").get<std::string>() != access_key_id) {
    return BadToken("InvalidSecurityToken.MismatchWithAccessKey",
                    fmt::format("The SecurityToken is of another key than {}.", access_key_id));
  }
  return Opened{.session = {.account = said.at("account").get<std::string>(),
                            .role = said.at("role").get<std::string>(),
                            .name = said.at("name").get<std::string>(),
                            .expires = SysMillis(
                                std::chrono::milliseconds(said.at("expires").get<std::int64_t>()))},
                .access_key_secret = Mac("secret", *text)};
}

Result<void> RoleSessions::CheckTime(const RoleSession& session, SysMillis now) {
  if (now < session.expires) return {};
  return BadToken(
      "InvalidSecurityToken.Expired",
      fmt::format("The SecurityToken has expired at {}.", base::FormatTime(session.expires)));
}

}  // namespace cloudapi
