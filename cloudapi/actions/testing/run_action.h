#pragma once
// One action, run as the dispatcher would: in the store, its answer compared with responses.tsv and
// counted for the coverage. For tests.
#include <string>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/coverage.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// The log that tools/test names for what its tests reach; none when a test is run by hand.
Coverage::OnFirst TestsCoverageLog();

// Validates and runs. `name` is that of a served action.
Result<Answer> RunAction(Store& store, const topology::Catalogue& catalogue,
                         const ActionSettings& settings, const Caller& caller,
                         std::string_view name, const Params& params, const Quotas& quotas = {});

}  // namespace cloudapi
