#pragma once
// Calls of the cloud that are repeated until the caller's deadline, and the look-ups made of them.
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "driver/base/call_limit.h"
#include "driver/base/clock.h"
#include "driver/base/poller.h"
#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/cloud/cloud_errors.h"

namespace driver {

// Calls until the answer is something else than Throttling or the deadline is near; returns that
// answer, the cloud's refusal as it came.
template <class Call>
auto RetryThrottled(Clock& clock, const Deadline& deadline, Call&& call) -> decltype(call()) {
  Poller poller(clock, deadline);
  while (true) {
    auto answer = [&] {
      const CallLimit limit(deadline.at);
      return call();
    }();
    if (answer || !IsThrottling(answer.error()) || !poller.Pause()) return answer;
  }
}

// The same with the refusal translated; `doing` says what was tried: "attach disk d-1 to i-1".
template <class Call>
auto RetryThrottled(Clock& clock, const Deadline& deadline, std::string_view doing, Call&& call)
    -> Result<typename decltype(call())::value_type> {
  auto answer = RetryThrottled(clock, deadline, call);
  if (!answer) return Fail(Translate(answer.error(), doing));
  if constexpr (std::is_void_v<typename decltype(call())::value_type>) {
    return {};
  } else {
    return std::move(*answer);
  }
}

// Repeats a change also while the object is busy with something else (IsTransient).
template <class Call>
Result<void> RetryTransient(Clock& clock, const Deadline& deadline, std::string_view doing,
                            Call&& call) {
  Poller poller(clock, deadline);
  while (true) {
    auto done = RetryThrottled(clock, deadline, call);
    if (done) return {};
    if (!IsTransient(done.error()) || !poller.Pause()) return Fail(Translate(done.error(), doing));
  }
}

// Success also when the refusal's code is `code`: what was to be deleted is gone already.
CloudResult<void> SucceedIf(std::string_view code, CloudResult<void> deleted);

// The disk; NOT_FOUND when there is none.
Result<Disk> GetDisk(Cloud& cloud, Clock& clock, const Deadline& deadline, const std::string& id);
// The disk, nullopt when there is none.
Result<std::optional<Disk>> FindDisk(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                     const std::string& id);
// The snapshot, nullopt when there is none.
Result<std::optional<Snapshot>> FindSnapshot(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                             const std::string& id);

}  // namespace driver
