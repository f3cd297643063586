#pragma once
// An event on a claim about which no answer of a call says enough.
#include <string>

#include "driver/base/clock.h"
#include "driver/controller/requests.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

// Takes 2 s at most. One that cannot be written is logged and forgotten; without a cluster, or a
// claim that was read there, nothing is written.
void WarnClaim(Cluster* cluster, Clock& clock, const ClaimName& claim, const std::string& reason,
               const std::string& message, const Deadline& deadline);

}  // namespace driver
