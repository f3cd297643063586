#pragma once
// What kubelet keeps to itself: it takes FAILED_PRECONDITION of NodeExpandVolume as "not while in
// use", does not call again before the next staging, and reports no event. So the driver does.
#include <string>

#include "driver/kubernetes/cluster.h"
#include "driver/node/staging.h"

namespace driver {

// The name of the PersistentVolume in a path that kubelet mounts it at, else empty:
// …/pods/UID/volumes/kubernetes.io~csi/NAME/mount.
std::string PvNameIn(const std::string& volume_path);

// An event on the volume's claim when `why` is such a refusal. Failures are logged only; `cluster`
// may be null.
void ReportExpandFailure(Cluster* cluster, const ExpandRequest& request, const RpcError& why,
                         const Deadline& deadline);

}  // namespace driver
