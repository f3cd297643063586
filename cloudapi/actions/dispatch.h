#pragma once
// Runs one action: its parameters are checked, ClientToken and DryRun are handled around it.
#include <set>
#include <string>
#include <tuple>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cloudapi/actions/action.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/core/result.h"
#include "cloudapi/store/reader.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct DispatchParts {
  Store& store;
  ReaderPool& readers;
  CatalogueHolder& catalogue;
  ActionSettings settings;
};

// Thread-safe. The only place that catches what storage throws.
class Dispatcher {
 public:
  explicit Dispatcher(DispatchParts parts) : parts_(std::move(parts)) {}

  // `params` are the business and public parameters of the call. Errors: those of the parameter
  // table and of the action; 403 InvalidClientToken.Malformed, IdempotentParameterMismatch and the
  // action's code for a token in flight; 400 DryRunOperation; 500 InternalError.
  Result<Answer> Run(const Action& action, const Call& call, const Params& params)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using TokenId = std::tuple<std::string, std::string, std::string, std::string>;

  Result<Answer> RunChecked(const Action& action, const ActionContext& context,
                            const Params& params);
  Result<Answer> Write(const Action& action, const ActionContext& context, const Params& params);
  Result<Answer> WriteOnce(const Action& action, const ActionContext& context,
                           const Params& params, const TokenKey& key);

  DispatchParts parts_;
  absl::Mutex mutex_;
  std::set<TokenId> in_flight_ ABSL_GUARDED_BY(mutex_);  // bounded by the store's queue
};

}  // namespace cloudapi
