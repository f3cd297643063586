#pragma once
// Actions are data: one row each. Dispatch, validation, coverage, docs and tests walk the table.
#include <span>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"
#include "cloudapi/base/params.h"
#include "cloudapi/base/result.h"
#include "cloudapi/rules/delays.h"
#include "topology/catalogue.h"

namespace cloudapi {

class Tx;    // store/tx.h: one request inside the writer's transaction
class View;  // store/view.h: one state of the database, read-only

// What an action answers: the members of the JSON object, without braces and without RequestId,
// e.g. "\"DiskId\":\"d-bp1…\"". Empty: only RequestId.
struct Answer {
  std::string members;
};

// Who calls, and with what default place. `region` is the call's RegionId when given, else empty:
// then ids are searched in all regions of the account and creation uses `default_region`.
struct Call {
  std::string account;
  std::string region;
  std::string default_region;
  std::string request_id;
};

// How the server was started, as far as actions care.
struct ActionSettings {
  bool snapshot_never_attached = false;  // --snapshot-never-attached=allow
  Delays delays;                         // --delays
  std::string endpoint_host;  // what DescribeRegions answers as RegionEndpoint; host:port
};

struct ActionContext {
  const Call& call;
  const topology::Catalogue& catalogue;
  const ActionSettings& settings;
};

using ReadFunction = Result<Answer> (*)(const ActionContext&, View&, const Params&);
// Runs on the writer thread inside a SAVEPOINT: a refusal rolls back. The dispatcher honours
// ClientToken and DryRun around it, for actions whose `params` declare them.
using WriteFunction = Result<Answer> (*)(const ActionContext&, Tx&, const Params&);

// One row. Exactly one of `read` and `write` is set.
struct Action {
  std::string_view name;
  std::span<const ParamSpec> params;
  ReadFunction read = nullptr;
  WriteFunction write = nullptr;
  // Code of a second call whose first one with the same ClientToken has not committed yet.
  std::string_view token_in_flight_code = "LastTokenProcessing";
  // A call with this parameter ignores ClientToken. Empty: none does.
  std::string_view token_ignored_with = {};
};

// Every action of version 2014-05-26 that is served, sorted by name.
std::span<const Action> Actions();
// The row of that name (compared without case), or null.
const Action* FindAction(std::string_view name);

}  // namespace cloudapi
