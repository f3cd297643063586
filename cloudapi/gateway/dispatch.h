#pragma once
// From a request to an answer of the OpenAPI: version, action, account, parameters, DryRun,
// ClientToken, metrics and the log line.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/served_later.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/gateway/auth.h"
#include "cloudapi/gateway/metrics.h"
#include "cloudapi/http/http.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct DispatchParts {
  Env& env;
  Store& store;
  CatalogueHolder& catalogue;
  Authenticator& authenticator;
  Metrics& metrics;
  ActionSettings settings;
  std::string default_region;
  const Action* (*find_action)(std::string_view name) = FindAction;
};

// Thread-safe: Handle runs on any worker.
class Dispatcher {
 public:
  explicit Dispatcher(DispatchParts parts) : parts_(std::move(parts)) {}
  HttpResponse Handle(const HttpRequest& request);
  // The answer to a request that is none.
  HttpResponse Refusal(int status, std::string_view message);

 private:
  struct Routed;
  class InFlight;
  using TokenId = std::tuple<std::string, std::string, std::string, std::string>;

  Result<const Action*> FindRow(const std::string& name, const std::string& version) const;
  Result<Answer> Run(const HttpRequest& request, const Routed& routed,
                     const std::string& request_id);
  Result<Answer> Write(const ActionContext& context, const Action& action, const Params& params);
  Result<Answer> WriteWithToken(const ActionContext& context, const Action& action,
                                const Params& params, const std::string& token)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const DispatchParts parts_;
  absl::Mutex mutex_;
  std::set<TokenId> in_flight_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
