#include "driver/csi/call_deadline.h"

#include <algorithm>

namespace driver {
namespace {

constexpr Duration kLongestCall = std::chrono::minutes(5);

}  // namespace

Deadline DeadlineOf(grpc::ServerContext& context, Clock& clock) {
  const auto wall = clock.WallNow();
  const auto given = context.deadline();
  // No deadline is the greatest time point: compared first, since a difference would overflow.
  const Duration remaining =
      given >= wall + kLongestCall ? kLongestCall : std::max<Duration>(given - wall, {});
  return {.at = AnswerBefore(clock.Now(), remaining),
          .caller_gone = [&context] { return context.IsCancelled(); }};
}

}  // namespace driver
