#pragma once
// Creating under ClientTokens, so that a repeated call never makes a second object.
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "driver/cloud/retry.h"
#include "driver/controller/client_token.h"
#include "driver/controller/controller_context.h"

namespace driver {

// The same call is on its way elsewhere under the same token.
inline bool IsTokenBusy(const CloudError& error) {
  return error.code == "LastTokenProcessing" || error.code == "IdempotentProcessing";
}

template <class Made>
struct Creation {
  std::string doing;  // "snapshot disk d-1"
  // Returns the id.
  std::function<CloudResult<std::string>(const std::string& token)> create;
  // Returns nullopt when the object of the id is gone: its token leads to the next one.
  std::function<Result<std::optional<Made>>(const std::string& id)> find;
  // What to return instead after a refusal; nullopt to try again.
  std::function<Result<std::optional<Made>>(const CloudError& refusal)> refused;
};

// What was made now or by an earlier call. `chain` moves on past deleted objects. Errors: those of
// `find` and `refused`; ABORTED while the token is worked on elsewhere until the deadline, and when
// a name was used again too often: the service forgets tokens after a day.
template <class Made>
Result<Made> CreateOnce(const ControllerContext& context, const Deadline& deadline,
                        TokenChain& chain, const Creation<Made>& creation) {
  constexpr int kLongestChain = 100;
  Poller poller(context.clock, deadline);
  for (int tries = 0; tries < kLongestChain; ++tries) {
    const auto id =
        RetryThrottled(context.clock, deadline, [&] { return creation.create(chain.Token()); });
    auto made = id ? creation.find(*id) : creation.refused(id.error());
    if (!made) return Fail(made.error());
    if (*made) return std::move(**made);
    if (id) {
      chain.PassDeleted(*id);
    } else if (IsTokenBusy(id.error()) && !poller.Pause()) {
      return Fail(Translate(id.error(), creation.doing));
    }
  }
  return Fail(grpc::StatusCode::ABORTED, creation.doing + ": the name was used too often today");
}

}  // namespace driver
