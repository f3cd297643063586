#pragma once
// What the parts of the controller share.
#include <string>

#include "driver/base/clock.h"
#include "driver/base/volume_locks.h"
#include "driver/cloud/cloud.h"
#include "driver/csi/profile.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

class PvLabeler;

// All outlive the parts.
struct ControllerContext {
  Cloud& cloud;
  Clock& clock;
  VolumeLocks& locks;
  std::string cluster_id;           // tag of every disk and snapshot made here; empty: none
  Cluster* cluster = nullptr;       // none: claims and Nodes are not read
  PvLabeler* pv_labeler = nullptr;  // none: PersistentVolumes are not labelled
  const Profile& profile = FullProfile();
};

}  // namespace driver
