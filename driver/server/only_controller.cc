#include "driver/server/only_controller.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

namespace driver {
namespace {

// Longer than the 15 s after which the sidecars' own elections take a holder for dead, and than the
// 5 s after which a living one renews (csi-lib-utils, leaderelection).
constexpr Duration kLongestSilence = std::chrono::seconds(20);
constexpr Duration kPause = std::chrono::seconds(2);
constexpr Duration kAskLimit = std::chrono::seconds(5);

Result<std::vector<SidecarLease>> HeldElsewhere(Cluster& cluster, Clock& clock) {
  auto leases = cluster.LeasesElsewhere({.at = clock.Now() + kAskLimit});
  if (leases)
    std::erase_if(*leases, [](const SidecarLease& lease) { return lease.holder.empty(); });
  return leases;
}

}  // namespace

Result<void> OnlyController(Cluster& cluster, Clock& clock, const std::string& driver_name) {
  const auto until = clock.Now() + kLongestSilence;
  const auto found = HeldElsewhere(cluster, clock);
  if (!found) {
    spdlog::warn("whether another controller of {} runs in this cluster is not known: {}",
                 driver_name, found.error().message);
    return {};
  }
  while (!found->empty() && clock.Now() < until) {
    clock.SleepUntil(clock.Now() + kPause);
    const auto seen = HeldElsewhere(cluster, clock);
    if (!seen) continue;
    for (const auto& lease : *seen) {
      if (std::ranges::find(*found, lease) != found->end()) continue;
      return Fail(grpc::StatusCode::ALREADY_EXISTS,
                  fmt::format("another controller of {} runs in this cluster: {} holds and renews "
                              "the lease {} in the namespace {}",
                              driver_name, lease.holder, lease.name, lease.ns));
    }
  }
  return {};
}

}  // namespace driver
