#include "cloudapi/gateway/dispatch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <optional>

#include "cloudapi/actions/refusals.h"
#include "cloudapi/base/blocking.h"
#include "cloudapi/base/crash_points.h"
#include "cloudapi/base/json.h"
#include "cloudapi/gateway/response.h"
#include "cloudapi/gateway/signature.h"

namespace cloudapi {
namespace {

// Names only, since a value may be a secret; escaped, since a client may put anything there.
void LogIgnored(const std::string& request_id, const Action& action, const Params& params) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  JsonWriter names;
  names.BeginArray();
  for (const auto& name : Undeclared(*action.parameters, params))
    if (!IsPublicParam(name)) names.Value(name);
  names.EndArray();
  if (names.Text() != "[]")
    spdlog::debug("request {} ignored parameters {}", request_id, names.Text());
}

// nullopt: the call has none, or its action takes none.
std::optional<std::string> TokenOf(const Action& action, const Arguments& args) {
  if (!args.Declares("ClientToken")) return std::nullopt;
  if (!action.token_ignored_with.empty() && args.Text(action.token_ignored_with))
    return std::nullopt;
  return args.Text("ClientToken");
}

bool IsDryRun(const Arguments& args) {
  return args.Declares("DryRun") && args.IsTrue("DryRun");
}

constexpr std::string_view kDryRunOperation = "DryRunOperation";

tl::unexpected<ApiError> DryRunPassed() {
  return Refuse(400, std::string(kDryRunOperation), "dry-run", "The request would have succeeded.");
}

bool IsDryRunPassed(const ApiError& refusal) {
  return refusal.code == kDryRunOperation;
}

// Actions that document the code check the RegionId that clients give, though they have none.
Result<void> CheckUndeclaredRegion(const Action& action, const std::string& region,
                                   const topology::Catalogue& catalogue) {
  if (region.empty() || catalogue.FindRegion(region) != nullptr) return {};
  const RefusalRow* row = FindRefusal(action.name, "InvalidRegionId.MalFormed");
  if (row == nullptr) return {};
  return Refuse(row->status, row->code, "region.exists",
                fmt::format("There is no region {}.", region));
}

// What the call is about, for crash points: its action and every value that it gives.
base::CrashSubjects SubjectsOf(const Route& route) {
  const std::string name(route.action == nullptr ? "" : route.action->name);
  base::CrashSubjects subjects = {{name, ""}};
  for (const auto& [parameter, value] : route.params.All()) subjects.push_back({name, value});
  return subjects;
}

}  // namespace

HttpResponse Dispatcher::Handle(const HttpRequest& request) {
  const auto start = parts_.env.Steady();
  const std::string request_id = NewRequestId(parts_.env);
  const Route route = RouteOf(request, parts_.find_action);
  const base::CrashScope scope([&] { return SubjectsOf(route); });
  const auto answer = Run(request, route, request_id);
  HttpResponse response =
      answer
          ? SuccessResponse(route.format, ApiName(route.action->name), request_id, answer->members)
          : ErrorResponse(route.format, parts_.settings.endpoint_host, request_id, answer.error());
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(parts_.env.Steady() - start);
  const std::string code = answer ? "OK" : answer.error().code;
  const std::string name(route.action == nullptr ? "unknown" : route.action->name);
  if (!answer) parts_.coverage.Refused(route.action == nullptr ? "*" : name, answer.error());
  parts_.metrics.Count(name, code, took);
  spdlog::info("request {} action {} code {} us {}", request_id, name, code, took.count());
  CrashPoint("request.before-answer");
  return response;
}

HttpResponse Dispatcher::Refusal(const HttpRequest& request, int status,
                                 std::string_view message) const {
  return ErrorResponse(RouteOf(request, parts_.find_action).format, parts_.settings.endpoint_host,
                       NewRequestId(parts_.env), HttpError(status, message));
}

Result<Answer> Dispatcher::Run(const HttpRequest& request, const Route& route,
                               const std::string& request_id) {
  if (const auto routed = CheckRoute(request, route); !routed) return Fail(routed.error());
  auto identity = parts_.authenticator.Check(request, route);
  if (!identity) return Fail(identity.error());
  const Action& action = *route.action;
  const auto passed =
      parts_.limits.throttles.Take(identity->account, action.name, parts_.env.CloudNow());
  if (!passed) return Fail(passed.error());
  const auto args = Validate(*action.parameters, route.params);
  if (!args) return Fail(args.error());
  LogIgnored(request_id, action, route.params);
  const Caller caller{.account = std::move(identity->account),
                      .region = route.params.StringOr("RegionId", ""),
                      .default_region = parts_.default_region,
                      .request_id = request_id,
                      .role = std::move(identity->role),
                      .role_session = std::move(identity->role_session)};
  const auto placed = CheckUndeclaredRegion(action, caller.region, *parts_.catalogue.Get());
  if (!placed) return Fail(placed.error());
  const auto faultless = parts_.limits.faults.Pass(caller.account, action.name, request_id);
  if (!faultless) return Fail(faultless.error());
  auto answer = RunAction(route, caller, *args);
  if (answer || IsDryRunPassed(answer.error())) parts_.coverage.Accepted(*args);
  return answer;
}

Result<Answer> Dispatcher::RunAction(const Route& route, const Caller& caller,
                                     const Arguments& args) {
  const Action& action = *route.action;
  const auto catalogue = parts_.catalogue.Get();
  const ActionCall call{.caller = caller,
                        .args = args,
                        .catalogue = *catalogue,
                        .settings = parts_.settings,
                        .quotas = parts_.limits.quotas.Of(caller.account)};
  try {
    if (action.read == nullptr) return Write(call, action);
    auto answer = parts_.store.Read([&](View& view) { return action.read({call, view}); });
    if (answer && IsDryRun(args)) return DryRunPassed();
    return answer;
  } catch (const std::exception& broken) {
    spdlog::error("request {} failed: {}", caller.request_id, broken.what());
    return Refuse(500, "InternalError", "gateway.exception",
                  "The request failed; the server's log says why.");
  }
}

// Runs the work in the writer, then waits for the jobs that it started where calls do so.
Result<Answer> Dispatcher::WriteAndAwait(const Caller& caller,
                                         const std::function<Result<Answer>(Tx&)>& work) {
  std::vector<Job> started;
  auto answer = parts_.store.Write(caller.request_id, [&](Tx& tx) {
    auto result = work(tx);
    if (result) started = tx.ChangedJobs().added;
    return result;
  });
  if (answer && parts_.await_jobs && !started.empty()) {
    const BlockingScope blocked(BlockingScope::Why::kCommit);
    parts_.await_jobs(started);
  }
  return answer;
}

Result<Answer> Dispatcher::Write(const ActionCall& call, const Action& action) {
  const auto token = TokenOf(action, call.args);
  if (token && !IsClientToken(*token))
    return Refuse(403, "InvalidClientToken.Malformed", "token.form",
                  "ClientToken takes at most 64 ASCII characters.");
  const bool dry_run = IsDryRun(call.args);
  if (token && !dry_run) return WriteOnce(call, action, *token);
  return WriteAndAwait(call.caller, [&](Tx& tx) -> Result<Answer> {
    auto answer = action.write({call, tx});
    if (answer && dry_run) return DryRunPassed();
    return answer;
  });
}

Result<Answer> Dispatcher::WriteOnce(const ActionCall& call, const Action& action,
                                     const std::string& token) {
  const Caller& caller = call.caller;
  const TokenKey key{.account = caller.account,
                     .region = caller.region.empty() ? caller.default_region : caller.region,
                     .action = std::string(action.name),
                     .token = token};
  const TokensInFlight::Claim claim(tokens_, key);
  if (!claim.Held())
    return Refuse(403, action.token_in_flight_code, "token.in-flight",
                  "A call with this ClientToken is still being processed.");
  const std::string hash = Sha256Hex(call.args.Canonical());
  return WriteAndAwait(caller, [&](Tx& tx) -> Result<Answer> {
    if (const auto record = tx.FindToken(key)) {
      if (record->parameter_hash == hash) return Answer{.members = record->answer};
      return Refuse(403, "IdempotentParameterMismatch", "token.parameters",
                    "This ClientToken was used with other parameters.");
    }
    auto answer = action.write({call, tx});
    if (answer)
      tx.PutToken(key, {.parameter_hash = hash, .answer = answer->members, .created = tx.Now()});
    return answer;
  });
}

}  // namespace cloudapi
