#include "cloudapi/gateway/dispatch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <exception>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/base/json.h"
#include "cloudapi/gateway/response.h"
#include "cloudapi/gateway/signature.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kVersion = "2014-05-26";
constexpr std::size_t kLongestToken = 64;
// Not part of what a ClientToken stands for: they differ in every repetition.
constexpr std::array<std::string_view, 18> kPublicParams = {
    "AccessKeyId",      "Action",         "BearerToken",
    "ClientToken",      "DryRun",         "Format",
    "OwnerAccount",     "OwnerId",        "ResourceOwnerAccount",
    "ResourceOwnerId",  "SecurityToken",  "Signature",
    "SignatureMethod",  "SignatureNonce", "SignatureType",
    "SignatureVersion", "Timestamp",      "Version"};

Params Merge(const HttpRequest& request) {
  Params::Map merged = request.query.All();
  for (const auto& [name, value] : request.form.All()) merged.emplace(name, value);
  return Params(std::move(merged));
}

bool IsPublic(std::string_view name) {
  return std::ranges::any_of(kPublicParams,
                             [&](auto word) { return base::EqualNoCase(word, name); });
}

// Names only, since a value may be a secret; escaped, since a client may put anything there.
void LogIgnored(const std::string& request_id, const std::vector<std::string>& unknown) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  JsonWriter names;
  names.BeginArray();
  for (const auto& name : unknown)
    if (!IsPublic(name)) names.Value(name);
  names.EndArray();
  if (names.Text() != "[]")
    spdlog::debug("request {} ignored parameters {}", request_id, names.Text());
}

std::string HashOf(const Params& params) {
  std::string text;
  for (const auto& [name, value] : params.All()) {
    if (IsPublic(name)) continue;
    text += fmt::format("{}:{}={}:{};", name.size(), name, value.size(), value);
  }
  return Sha256Hex(text);
}

bool IsToken(std::string_view token) {
  return token.size() <= kLongestToken && std::ranges::all_of(token, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F;
         });
}

// What the call is about, for crash points: its action and every value that it gives.
base::CrashSubjects SubjectsOf(std::string_view action, const Params& params) {
  const std::string name(action);
  base::CrashSubjects subjects = {{name, ""}};
  for (const auto& [parameter, value] : params.All()) subjects.push_back({name, value});
  return subjects;
}

std::string First(const std::string& preferred, const std::string& fallback) {
  return preferred.empty() ? fallback : preferred;
}

}  // namespace

// What decides how to answer, before anything is checked.
struct Dispatcher::Routed {
  Params params;
  std::string action;
  std::string version;
  BodyFormat format = BodyFormat::kJson;
  bool format_known = true;

  explicit Routed(const HttpRequest& request) : params(Merge(request)) {
    const Scheme scheme = SchemeOf(request, params);
    const auto action_param = params.StringOr("Action", "");
    const auto version_param = params.StringOr("Version", "");
    const auto& action_header = request.Header("x-acs-action");
    const auto& version_header = request.Header("x-acs-version");
    const bool headers_decide = scheme == Scheme::kV3;
    action =
        headers_decide ? First(action_header, action_param) : First(action_param, action_header);
    version = headers_decide ? First(version_header, version_param)
                             : First(version_param, version_header);
    if (version.empty() && scheme == Scheme::kUnsigned) version = kVersion;
    const auto wanted = params.StringOr("Format", headers_decide ? "JSON" : "XML");
    format = base::EqualNoCase(wanted, "XML") ? BodyFormat::kXml : BodyFormat::kJson;
    format_known = base::EqualNoCase(wanted, "XML") || base::EqualNoCase(wanted, "JSON");
  }
};

// A token between receipt and commit; whatever ends the call ends that.
class Dispatcher::InFlight {
 public:
  InFlight(Dispatcher& dispatcher, TokenId id) : dispatcher_(dispatcher), id_(std::move(id)) {
    const absl::MutexLock lock(&dispatcher_.mutex_);
    taken_ = dispatcher_.in_flight_.insert(id_).second;
  }
  ~InFlight() {
    if (!taken_) return;
    const absl::MutexLock lock(&dispatcher_.mutex_);
    dispatcher_.in_flight_.erase(id_);
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  bool Taken() const { return taken_; }

 private:
  Dispatcher& dispatcher_;
  const TokenId id_;
  bool taken_ = false;
};

HttpResponse Dispatcher::Handle(const HttpRequest& request) {
  const auto start = parts_.env.Steady();
  const std::string request_id = NewRequestId(parts_.env);
  const Routed routed(request);
  const Action* row = parts_.find_action(routed.action);
  const base::CrashScope scope(
      [&] { return SubjectsOf(row == nullptr ? "" : row->name, routed.params); });
  const auto answer = Run(request, routed, request_id);
  HttpResponse response =
      answer
          ? SuccessResponse(routed.format, row->name, request_id, answer->members)
          : ErrorResponse(routed.format, parts_.settings.endpoint_host, request_id, answer.error());
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(parts_.env.Steady() - start);
  const std::string code = answer ? "OK" : answer.error().code;
  const std::string name(row == nullptr ? "unknown" : row->name);
  parts_.metrics.Count(name, code, took);
  spdlog::info("request {} action {} code {} us {}", request_id, name, code, took.count());
  CrashPoint("request.before-answer");
  return response;
}

HttpResponse Dispatcher::Refusal(int status, std::string_view message) {
  const std::string_view code = status == 405   ? "UnsupportedHTTPMethod"
                                : status == 413 ? "RequestEntityTooLarge"
                                : status == 414 ? "RequestURITooLong"
                                : status == 404 ? "InvalidPath.NotFound"
                                                : "InvalidRequest";
  return ErrorResponse(BodyFormat::kXml, parts_.settings.endpoint_host, NewRequestId(parts_.env),
                       {.http_status = status,
                        .code = std::string(code),
                        .message = std::string(message),
                        .rule = "gateway.http"});
}

Result<const Action*> Dispatcher::FindRow(const std::string& name,
                                          const std::string& version) const {
  if (version.empty())
    return Refuse(400, "MissingParameter", "gateway.version", "The parameter Version is missing.");
  if (version != kVersion)
    return Refuse(400, "InvalidVersion", "gateway.version",
                  fmt::format("The version {} is not served; {} is.", version, kVersion));
  if (name.empty())
    return Refuse(400, "MissingParameter", "gateway.action", "The parameter Action is missing.");
  if (const Action* row = parts_.find_action(name)) return row;
  const bool later = std::ranges::any_of(ActionsServedLater(),
                                         [&](auto word) { return base::EqualNoCase(word, name); });
  return Refuse(404, "InvalidAction.NotFound", "gateway.action",
                later ? fmt::format("zonedisk does not serve the action {} yet.", name)
                      : fmt::format("There is no action {} in version {}.", name, kVersion));
}

Result<Answer> Dispatcher::Run(const HttpRequest& request, const Routed& routed,
                               const std::string& request_id) {
  if (request.method != "GET" && request.method != "POST")
    return Refuse(405, "UnsupportedHTTPMethod", "gateway.method", "Use GET or POST.");
  if (!routed.format_known)
    return Refuse(400, "InvalidParameter", "gateway.format", "Format must be JSON or XML.");
  const auto row = FindRow(routed.action, routed.version);
  if (!row) return Fail(row.error());
  auto account = parts_.authenticator.Check(request, routed.params);
  if (!account) return Fail(account.error());
  const auto unknown = Validate((*row)->params, routed.params);
  if (!unknown) return Fail(unknown.error());
  LogIgnored(request_id, *unknown);
  const Call call{.account = std::move(*account),
                  .region = routed.params.StringOr("RegionId", ""),
                  .default_region = parts_.default_region,
                  .request_id = request_id};
  const auto catalogue = parts_.catalogue.Get();
  const ActionContext context{.call = call, .catalogue = *catalogue, .settings = parts_.settings};
  try {
    if ((*row)->read != nullptr)
      return parts_.store.Read(
          [&](View& view) { return (*row)->read(context, view, routed.params); });
    return Write(context, **row, routed.params);
  } catch (const std::exception& broken) {
    spdlog::error("request {} failed: {}", request_id, broken.what());
    return Refuse(500, "InternalError", "gateway.exception",
                  "The request failed; the server's log says why.");
  }
}

Result<Answer> Dispatcher::Write(const ActionContext& context, const Action& action,
                                 const Params& params) {
  const bool ignored = !action.client_token || (!action.token_ignored_with.empty() &&
                                                params.String(action.token_ignored_with));
  const auto token = ignored ? std::nullopt : params.String("ClientToken");
  if (token && !IsToken(*token))
    return Refuse(403, "InvalidClientToken.Malformed", "token.form",
                  "ClientToken takes at most 64 ASCII characters.");
  const bool dry_run = params.Boolean("DryRun").value_or(false);
  if (token && !dry_run) return WriteWithToken(context, action, params, *token);
  return parts_.store.Write(context.call.request_id, [&](Tx& tx) -> Result<Answer> {
    auto answer = action.write(context, tx, params);
    if (!answer || !dry_run) return answer;
    return Refuse(400, "DryRunOperation", "dry-run", "The request would have succeeded.");
  });
}

Result<Answer> Dispatcher::WriteWithToken(const ActionContext& context, const Action& action,
                                          const Params& params, const std::string& token) {
  const TokenKey key{.account = context.call.account,
                     .region = First(context.call.region, context.call.default_region),
                     .action = std::string(action.name),
                     .token = token};
  const TokenId id{key.account, key.region, key.action, key.token};
  const InFlight mine(*this, id);
  if (!mine.Taken())
    return Refuse(403, action.token_in_flight_code, "token.in-flight",
                  "A call with this ClientToken is still being processed.");
  const std::string hash = HashOf(params);
  return parts_.store.Write(context.call.request_id, [&](Tx& tx) -> Result<Answer> {
    if (const auto record = tx.FindToken(key)) {
      if (record->parameter_hash == hash) return Answer{.members = record->answer};
      return Refuse(403, "IdempotentParameterMismatch", "token.parameters",
                    "This ClientToken was used with other parameters.");
    }
    auto answer = action.write(context, tx, params);
    if (answer)
      tx.PutToken(key, {.parameter_hash = hash, .answer = answer->members, .created = tx.Now()});
    return answer;
  });
}

}  // namespace cloudapi
