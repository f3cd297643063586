#include "driver/controller/claim_warning.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace driver {
namespace {

constexpr Duration kEventLimit = std::chrono::seconds(2);

}  // namespace

void WarnClaim(Cluster* cluster, Clock& clock, const ClaimName& claim, const std::string& reason,
               const std::string& message, const Deadline& deadline) {
  if (cluster == nullptr || claim.uid.empty()) return;
  const Deadline soon{.at = std::min(deadline.at, clock.Now() + kEventLimit)};
  const ClaimWarning warning{
      .ns = claim.ns, .name = claim.name, .uid = claim.uid, .reason = reason, .message = message};
  if (const auto warned = cluster->Warn(warning, soon); !warned) {
    spdlog::warn("claim {}/{}: {}", claim.ns, claim.name, warned.error().message);
  }
}

}  // namespace driver
