#pragma once
// From a request to an answer of the OpenAPI: route, account, parameters, action, ClientToken and
// DryRun, metrics and the log line.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/coverage.h"
#include "cloudapi/actions/products.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/gateway/account_limits.h"
#include "cloudapi/gateway/auth.h"
#include "cloudapi/gateway/client_token.h"
#include "cloudapi/gateway/metrics.h"
#include "cloudapi/gateway/route.h"
#include "cloudapi/http/http.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct DispatchParts {
  Env& env;
  Store& store;
  CatalogueHolder& catalogue;
  Authenticator& authenticator;
  AccountLimits& limits;
  Metrics& metrics;
  Coverage& coverage;
  ActionSettings settings;
  std::string default_region;
  // With --delays=none: waits until the jobs that a call started have ended. Empty: no call waits.
  std::function<void(const std::vector<Job>& started)> await_jobs = {};
  FindActionFunction find_action = FindActionOf;
};

// Thread-safe: Handle runs on any worker.
class Dispatcher {
 public:
  explicit Dispatcher(DispatchParts parts) : parts_(std::move(parts)) {}
  HttpResponse Handle(const HttpRequest& request);
  // The refusal of a request that reaches no action, in the format that its caller asked for.
  // `request` holds what could be read of it.
  HttpResponse Refusal(const HttpRequest& request, int status, std::string_view message) const;

 private:
  Result<Answer> Run(const HttpRequest& request, const Route& route, const std::string& request_id);
  Result<Answer> RunAction(const Route& route, const Caller& caller, const Arguments& args);
  Result<Answer> WriteAndAwait(const Caller& caller,
                               const std::function<Result<Answer>(Tx&)>& work);
  Result<Answer> Write(const ActionCall& call, const Action& action);
  Result<Answer> WriteOnce(const ActionCall& call, const Action& action, const std::string& token);

  const DispatchParts parts_;
  TokensInFlight tokens_;
};

}  // namespace cloudapi
