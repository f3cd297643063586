#include "driver/base/poller.h"

#include <utility>

namespace driver {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(50);
constexpr Duration kLongestPause = std::chrono::seconds(1);

}  // namespace

Poller::Poller(Clock& clock, const Deadline& deadline)
    : clock_(clock), deadline_(deadline), backoff_(kFirstPause, kLongestPause) {}

bool Poller::Pause() {
  const Instant until = clock_.Now() + backoff_.Next();
  if (until > deadline_.at || deadline_.Gone()) return false;
  clock_.SleepUntil(until);
  return true;
}

RpcError DeadlineExceeded(std::string what) {
  return {grpc::StatusCode::DEADLINE_EXCEEDED, std::move(what) + "; repeat the call to go on"};
}

}  // namespace driver
