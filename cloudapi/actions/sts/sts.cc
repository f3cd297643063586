#include "cloudapi/actions/sts/sts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cloudapi/base/json.h"
#include "cloudapi/store/store.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::size_t kMaxPolicy = 2048;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsWordPart(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// FNV-1a: the same number for the same text in every run.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

struct RoleName {
  std::string account;  // as it stands in the Arn
  std::string role;
};

// "acs:ram::ACCOUNT:role/NAME"; an account's name may hold colons.
std::optional<RoleName> ParseRoleArn(std::string_view arn) {
  constexpr std::string_view kStart = "acs:ram::";
  constexpr std::string_view kRole = ":role/";
  const std::size_t at = arn.rfind(kRole);
  if (!arn.starts_with(kStart) || at == std::string_view::npos || at <= kStart.size())
    return std::nullopt;
  RoleName name{.account = std::string(arn.substr(kStart.size(), at - kStart.size())),
                .role = std::string(arn.substr(at + kRole.size()))};
  const bool good =
      !name.role.empty() && name.role.size() <= 64 && std::ranges::all_of(name.role, [](char c) {
        return IsWordPart(c) || std::string_view("-._").find(c) != std::string::npos;
      });
  if (!good) return std::nullopt;
  return name;
}

bool IsSessionName(std::string_view name) {
  return name.size() >= 2 && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
           return IsWordPart(c) || std::string_view("-._@=").find(c) != std::string::npos;
         });
}

// The account of the caller, or one of those that have keys, that the Arn means.
std::optional<std::string> AccountMeant(const ActionCall& call, const std::string& text) {
  std::vector<std::string> known = call.settings.accounts;
  known.push_back(call.caller.account);
  for (const std::string& account : known)
    if (account == text || AccountNumber(account) == text) return account;
  return std::nullopt;
}

Result<void> CheckPolicy(const std::string& policy) {
  if (policy.empty()) return {};
  if (policy.size() > kMaxPolicy) {
    return Refuse(400, "InvalidParameter.PolicySize", "sts.policy",
                  fmt::format("The Policy has {} characters, at most {} are taken.", policy.size(),
                              kMaxPolicy));
  }
  if (nlohmann::json::parse(policy, nullptr, /*allow_exceptions=*/false).is_object()) return {};
  return Refuse(400, "InvalidParameter.PolicyGrammar", "sts.policy",
                "The Policy is no JSON object.");
}

std::string RoleId(const std::string& account, const std::string& role) {
  return fmt::format("3{:017}", HashOf(account + "/" + role) % 100'000'000'000'000'000U);
}
std::string AssumedArn(const std::string& account, const std::string& role,
                       const std::string& session) {
  return fmt::format("acs:ram::{}:assumed-role/{}/{}", AccountNumber(account), role, session);
}

}  // namespace

std::string AccountNumber(std::string_view account) {
  if (!account.empty() && std::ranges::all_of(account, IsDigit)) return std::string(account);
  return fmt::format("1{:015}", HashOf(account) % 1'000'000'000'000'000U);
}

Result<Answer> GetCallerIdentity(const ReadCall& call) {
  const Caller& caller = call.caller;
  const std::string number = AccountNumber(caller.account);
  const bool assumed = !caller.role.empty();
  const std::string role_id = assumed ? RoleId(caller.account, caller.role) : "";
  JsonWriter json;
  json.Field("IdentityType", assumed ? "AssumedRoleUser" : "Account")
      .Field("AccountId", number)
      .Field("UserId", assumed ? "" : number)
      .Field("RoleId", role_id)
      .Field("PrincipalId", assumed ? fmt::format("{}:{}", role_id, caller.role_session) : number)
      .Field("Arn", assumed ? AssumedArn(caller.account, caller.role, caller.role_session)
                            : fmt::format("acs:ram::{}:root", number));
  return Answer{.members = json.Take()};
}

Result<Answer> AssumeRole(const WriteCall& call) {
  const std::string& arn = call.args.TextOrEmpty("RoleArn");
  const auto role = ParseRoleArn(arn);
  if (!role) {
    return Refuse(400, "InvalidParameter.RoleArn", "sts.role-arn",
                  fmt::format("The RoleArn {} is not like acs:ram::ACCOUNT:role/NAME.", arn));
  }
  const std::string& name = call.args.TextOrEmpty("RoleSessionName");
  if (!IsSessionName(name)) {
    return Refuse(400, "InvalidParameter.RoleSessionName", "sts.session-name",
                  "RoleSessionName takes 2 to 64 letters, digits and .@-_= of ASCII.");
  }
  if (auto policy = CheckPolicy(call.args.TextOrEmpty("Policy")); !policy)
    return Fail(policy.error());
  const auto account = AccountMeant(call, role->account);
  if (!account) {
    return Refuse(404, "EntityNotExist.Role", "sts.role-exists",
                  fmt::format("There is no role {}.", arn), {{"account", role->account}});
  }
  const std::chrono::seconds lasts(call.args.Integer("DurationSeconds").value_or(3600));
  const RoleSession session{
      .account = *account, .role = role->role, .name = name, .expires = call.tx.Now() + lasts};
  const RoleCredentials made = call.settings.role_sessions.Issue(session, call.caller.request_id);
  JsonWriter json;
  json.Key("AssumedRoleUser")
      .BeginObject()
      .Field("Arn", AssumedArn(*account, role->role, name))
      .Field("AssumedRoleId", fmt::format("{}:{}", RoleId(*account, role->role), name))
      .EndObject()
      .Key("Credentials")
      .BeginObject()
      .Field("AccessKeyId", made.access_key_id)
      .Field("AccessKeySecret", made.access_key_secret)
      .Field("SecurityToken", made.security_token)
      .Field("Expiration", base::FormatTime(session.expires))
      .EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
