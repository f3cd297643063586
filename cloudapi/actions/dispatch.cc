#include "cloudapi/actions/dispatch.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <string_view>

#include "fmt/format.h"
#include "spdlog/spdlog.h"

namespace cloudapi {
namespace {

constexpr std::size_t kLongestToken = 64;

// What the gateway adds to every call: no part of what ClientToken compares.
constexpr std::array<std::string_view, 17> kPublic = {
    "AccessKeyId",      "Action",          "BearerToken",      "ClientToken",
    "Format",           "OwnerAccount",    "OwnerId",          "ResourceOwnerAccount",
    "ResourceOwnerId",  "SecurityToken",   "Signature",        "SignatureMethod",
    "SignatureNonce",   "SignatureType",   "SignatureVersion", "Timestamp",
    "Version"};

bool IsPublic(std::string_view name) {
  const LessNoCase less;
  return std::ranges::any_of(
      kPublic, [&](std::string_view known) { return !less(name, known) && !less(known, name); });
}

// Of the business parameters in the map's order, which ignores the case of names.
std::string ParameterHash(const Params& params) {
  std::string text;
  for (const auto& [name, value] : params.All()) {
    if (!IsPublic(name)) text += fmt::format("{}:{}{}:{}", name.size(), name, value.size(), value);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

Result<Answer> RefuseToken(std::string_view token, std::string_view action) {
  const bool ascii = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (ascii && token.size() <= kLongestToken) return Answer{};
  return Fail({.http_status = 403,
               .code = "InvalidClientToken.Malformed",
               .message = fmt::format("The ClientToken of {} has more than {} characters or "
                                      "characters outside ASCII.",
                                      action, kLongestToken),
               .rule = "token.format"});
}

bool IsDryRun(const Action& action, const Params& params) {
  const bool offered = std::ranges::any_of(
      action.params, [](const ParamSpec& spec) { return spec.name == "DryRun"; });
  return offered && params.Boolean("DryRun").value_or(false);
}

// Forgets a token in flight at the end of its call.
class InFlight {
 public:
  explicit InFlight(std::function<void()> forget) : forget_(std::move(forget)) {}
  ~InFlight() { forget_(); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::function<void()> forget_;
};

}  // namespace

Result<Answer> Dispatcher::Run(const Action& action, const Call& call, const Params& params) {
  const auto valid = Validate(action.params, params);
  if (!valid) return Fail(valid.error());
  const auto catalogue = parts_.catalogue.Get();
  const ActionContext context{.call = call, .catalogue = *catalogue, .settings = parts_.settings};
  try {
    return RunChecked(action, context, params);
  } catch (const std::exception& failure) {
    spdlog::error("{} {} failed: {}", call.request_id, action.name, failure.what());
    return Fail({.http_status = 500,
                 .code = "InternalError",
                 .message = "The request failed because of an internal error; the log has more.",
                 .rule = "internal"});
  }
}

Result<Answer> Dispatcher::RunChecked(const Action& action, const ActionContext& context,
                                      const Params& params) {
  if (action.write != nullptr) return Write(action, context, params);
  auto reader = parts_.readers.Borrow();
  return action.read(context, *reader, params);
}

Result<Answer> Dispatcher::Write(const Action& action, const ActionContext& context,
                                 const Params& params) {
  const std::string token = action.client_token ? params.StringOr("ClientToken", "") : "";
  // CreateDisk with InstanceId makes a subscription disk and ignores the token, says its reference.
  if (token.empty() || (action.name == "CreateDisk" && params.String("InstanceId"))) {
    return WriteOnce(action, context, params, {});
  }
  if (const auto refused = RefuseToken(token, action.name); !refused) return refused;
  const Call& call = context.call;
  const TokenKey key{.account = call.account,
                     .region = call.region.empty() ? call.default_region : call.region,
                     .action = std::string(action.name),
                     .token = token};
  const TokenId id{key.account, key.region, key.action, key.token};
  {
    const absl::MutexLock lock(&mutex_);
    if (!in_flight_.insert(id).second) {
      return Fail({.http_status = 403,
                   .code = std::string(action.token_in_flight_code),
                   .message = fmt::format("An earlier {} with this ClientToken is still being "
                                          "processed.",
                                          action.name),
                   .rule = "token.in-flight"});
    }
  }
  const InFlight forget([this, &id] {
    const absl::MutexLock lock(&mutex_);
    in_flight_.erase(id);
  });
  return WriteOnce(action, context, params, key);
}

Result<Answer> Dispatcher::WriteOnce(const Action& action, const ActionContext& context,
                                     const Params& params, const TokenKey& key) {
  const bool with_token = !key.token.empty();
  const std::string hash = with_token ? ParameterHash(params) : "";
  const bool dry_run = IsDryRun(action, params);
  return parts_.store.Write(context.call.request_id, [&](Tx& tx) -> Result<Answer> {
    if (with_token) {
      if (auto earlier = tx.FindToken(key)) {
        if (earlier->parameter_hash == hash) return Answer{std::move(earlier->answer)};
        return Fail({.http_status = 403,
                     .code = "IdempotentParameterMismatch",
                     .message = fmt::format("The ClientToken was used by an earlier {} with other "
                                            "parameters.",
                                            action.name),
                     .rule = "token.same-parameters"});
      }
    }
    Result<Answer> answer = action.write(context, tx, params);
    if (!answer) return answer;
    if (dry_run) {
      return Fail({.http_status = 400,
                   .code = "DryRunOperation",
                   .message = fmt::format("{} would succeed; DryRun is set.", action.name),
                   .rule = "dry-run"});
    }
    if (with_token) {
      tx.Put(key, {.parameter_hash = hash, .answer = answer->members, .created = tx.Now()});
    }
    return answer;
  });
}

}  // namespace cloudapi
