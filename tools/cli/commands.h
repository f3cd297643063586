#pragma once
// The commands of the program: each calls the cloud and answers what is printed.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/cloud_client.h"
#include "tools/cli/listing.h"

namespace zonedisk {

enum class Format { kTable, kJson };

// Text for standard output, ending in a line break. `code` is kRefused where the cloud answered but
// what was asked is not done yet; `note` then says why, on standard error.
struct Output {
  std::string text;
  ExitCode code = ExitCode::kOk;
  std::string note;
  bool operator==(const Output&) const = default;
};

struct NewInstance {
  std::string zone;
  std::string type;
  std::string id;    // empty: the cloud chooses
  std::string name;  // empty: none
};

Result<Output> List(CloudClient& cloud, const Listing& listing,
                    const std::vector<std::string>& filters, Format format);
Result<Output> CallAction(CloudClient& cloud, const std::string& action,
                          const std::vector<std::string>& assignments);
Result<Output> AddInstance(CloudClient& cloud, const NewInstance& instance, Format format);
Result<Output> RemoveInstance(CloudClient& cloud, const std::string& id);
// `change`: nothing to ask only, else the body of POST /_zonedisk/clock.
Result<Output> Clock(CloudClient& cloud, const std::optional<Json>& change, Format format);
// `changes`: Name=N, Name=off or Name=default of the key's account; none to ask only.
Result<Output> QuotasOf(CloudClient& cloud, const std::vector<std::string>& changes, Format format);
struct NewThrottle {
  std::string action;         // empty: all calls of the key's account
  bool all_accounts = false;  // they share it; an action must be named
  std::int64_t burst = 0;
  std::int64_t per_minute = 0;
  bool off = false;  // takes it away instead
};
Result<Output> ShowThrottles(CloudClient& cloud, Format format);
Result<Output> SetThrottle(CloudClient& cloud, const NewThrottle& throttle, Format format);
struct NewFault {
  std::string action;
  std::string code;
  std::optional<std::int64_t> status;  // none: what the action documents for the code
  std::string message;                 // empty: the cloud's own
  bool all_accounts = false;           // instead of the key's
  std::int64_t nth = 1;                // the first call that it hits
  std::int64_t times = 0;              // how many it hits; 0: all
};
Result<Output> ShowFaults(CloudClient& cloud, Format format);
Result<Output> AddFault(CloudClient& cloud, const NewFault& fault, Format format);
// `id`: empty for all of them.
Result<Output> RemoveFaults(CloudClient& cloud, const std::string& id, Format format);
Result<Output> Reset(CloudClient& cloud, bool force);
Result<Output> ServerFacts(CloudClient& cloud, Format format);

// What `clock` prints for the lab's answer.
Output ClockOutput(const Json& state, Format format);

}  // namespace zonedisk
