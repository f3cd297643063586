#pragma once
// Actions are data: a row names the function, parameters.tsv its parameters. Dispatch, coverage and
// tests walk the table.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/arguments.h"
#include "cloudapi/actions/role_sessions.h"
#include "cloudapi/base/result.h"
#include "cloudapi/rules/delays.h"
#include "cloudapi/rules/quotas.h"
#include "topology/catalogue.h"

namespace cloudapi {

class DiskActivity;  // disk_activity.h
class Tx;            // store/tx.h: one request inside the writer's transaction
class View;          // store/view.h: one state of the database, read-only

// The members of the JSON object that is answered, without braces and without RequestId, e.g.
// "\"DiskId\":\"d-bp1…\"". Empty: only RequestId.
struct Answer {
  std::string members;
};
// An answer of one text.
Answer TextAnswer(std::string_view name, std::string_view value);

// Who calls, and with what default place. `region` is the call's RegionId when given, else empty:
// then ids are searched in all regions of the account and creation uses `default_region`.
struct Caller {
  std::string account;
  std::string region;
  std::string default_region;
  std::string request_id;
  std::string role = {};  // that the call's credentials were made for; empty: the account's own key
  std::string role_session = {};
};

// How the server was started, as far as actions care.
struct ActionSettings {
  bool snapshot_never_attached = false;  // --snapshot-never-attached=allow
  std::int64_t policies_per_disk = 1;    // --snapshot-policies-per-disk; 1: another one replaces
  Delays delays;                         // --delays
  const DiskActivity* disk_activity = nullptr;  // null: nothing is known of any
  std::string endpoint_host;          // what DescribeRegions answers as RegionEndpoint; host:port
  RoleSessions role_sessions;         // makes the credentials of AssumeRole
  std::vector<std::string> accounts;  // that have keys of their own
};

// What every action is given.
struct ActionCall {
  const Caller& caller;
  const Arguments& args;
  const topology::Catalogue& catalogue;
  const ActionSettings& settings;
  Quotas quotas = {};  // of the caller's account
};
struct ReadCall : ActionCall {
  View& view;
};
// On the writer thread inside a SAVEPOINT: a refusal rolls back. The dispatcher honours ClientToken
// and DryRun around it, for actions whose `parameters` declare them.
struct WriteCall : ActionCall {
  Tx& tx;
};

// One row. At most one of `read` and `write` is set; none: the action is known, but not served.
struct Action {
  std::string_view name;
  Result<Answer> (*read)(const ReadCall& call) = nullptr;
  Result<Answer> (*write)(const WriteCall& call) = nullptr;
  // Code of a second call whose first one with the same ClientToken has not committed yet.
  std::string_view token_in_flight_code = "LastTokenProcessing";
  // A call with this parameter ignores ClientToken. Empty: none does.
  std::string_view token_ignored_with = {};
  const ParameterSet* parameters = nullptr;  // its rows of parameters.tsv
};

// Every action of parameters.tsv and other_parameters.tsv, sorted by name. Those of another product
// than Ecs have its name before theirs: "Vpc.CreateVpc".
std::span<const Action> Actions();
// The row of that name (compared without case), or null.
const Action* FindAction(std::string_view name);
// The name that a caller writes: "CreateVpc".
inline std::string_view ApiName(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}
inline bool IsServed(const Action& action) {
  return action.read != nullptr || action.write != nullptr;
}

}  // namespace cloudapi
