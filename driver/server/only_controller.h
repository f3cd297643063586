#pragma once
// Two controllers of one driver in a cluster would each make, attach and delete what the other
// does.
#include <string>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

// Whether no controller of this driver works in another namespace: neither of the leases by which
// its sidecars would lead is renewed there. A lease that is found is watched for as long as a
// living holder may leave it alone; one that a dead one left is no obstacle, whatever the clocks
// say. A cluster that does not say is a line of the log and no obstacle either.
// Errors: ALREADY_EXISTS naming namespace, lease and holder.
Result<void> OnlyController(Cluster& cluster, Clock& clock, const std::string& driver_name);

}  // namespace driver
