#include "cloudapi/actions/testing/run_action.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "cloudapi/actions/products.h"
#include "cloudapi/actions/testing/response_shape.h"

namespace cloudapi {
namespace {

Coverage& TestsCoverage() {
  static Coverage coverage(TestsCoverageLog());
  return coverage;
}

Result<Answer> RunUncounted(Store& store, const ActionCall& call, const Action& action) {
  if (action.read != nullptr)
    return store.Read([&](View& view) { return action.read({call, view}); });
  return store.Write(call.caller.request_id, [&](Tx& tx) { return action.write({call, tx}); });
}

}  // namespace

Coverage::OnFirst TestsCoverageLog() {
  const char* log = std::getenv("ZONEDISK_COVERAGE_LOG");
  return AppendRowsTo(log == nullptr ? "" : log);
}

Result<Answer> RunAction(Store& store, const topology::Catalogue& catalogue,
                         const ActionSettings& settings, const Caller& caller,
                         std::string_view name, const Params& params, const Quotas& quotas) {
  const Action* action = FindAction(name);
  for (const Product& product : Products())
    if (action == nullptr) action = FindActionOf(product.version, name);
  if (action == nullptr || !IsServed(*action)) std::abort();
  const auto refused = [&](const ApiError& refusal) {
    TestsCoverage().Refused(action->name, refusal);
    return Fail(refusal);
  };
  const auto args = Validate(*action->parameters, params);
  if (!args) return refused(args.error());
  auto answer = RunUncounted(store,
                             {.caller = caller,
                              .args = *args,
                              .catalogue = catalogue,
                              .settings = settings,
                              .quotas = quotas},
                             *action);
  if (!answer) return refused(answer.error());
  TestsCoverage().Accepted(*args);
  EXPECT_THAT(ShapeProblems(action->name, answer->members), testing::IsEmpty());
  return answer;
}

}  // namespace cloudapi
