#pragma once
// Patience: repeating a throttled call and looking at something until it has changed, never beyond
// the caller's deadline.
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "driver/base/call_limit.h"
#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/cloud/cloud_errors.h"

namespace driver {

// Pauses between two looks; ends at the deadline or when the caller is gone.
class Patience {
 public:
  Patience(Clock& clock, const Deadline& deadline);
  // False, at once, when another pause would not end before the deadline.
  bool Pause();

 private:
  Clock& clock_;
  const Deadline& deadline_;
  Backoff backoff_;
};

// Calls until the answer is something else than Throttling or the deadline is near.
template <class Call>
auto PersistRaw(Clock& clock, const Deadline& deadline, Call&& call) -> decltype(call()) {
  Patience patience(clock, deadline);
  while (true) {
    auto answer = [&] {
      const CallLimit limit(deadline.at);
      return call();
    }();
    if (answer || !IsThrottling(answer.error()) || !patience.Pause()) return answer;
  }
}

// The same with the refusal translated; `doing` says what was tried: "attach disk d-1 to i-1".
template <class Call>
auto Persist(Clock& clock, const Deadline& deadline, std::string_view doing, Call&& call)
    -> Result<typename decltype(call())::value_type> {
  auto answer = PersistRaw(clock, deadline, call);
  if (!answer) return Fail(Translate(answer.error(), doing));
  if constexpr (std::is_void_v<typename decltype(call())::value_type>) {
    return {};
  } else {
    return std::move(*answer);
  }
}

// The error of a wait that the deadline ended.
RpcError StillWaiting(std::string what);

// The disk; NOT_FOUND when there is none.
Result<Disk> GetDisk(Cloud& cloud, Clock& clock, const Deadline& deadline, const std::string& id);
// The disk, or nothing.
Result<std::optional<Disk>> FindDisk(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                     const std::string& id);
// The snapshot, or nothing.
Result<std::optional<Snapshot>> FindSnapshot(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                             const std::string& id);

}  // namespace driver
