#pragma once
#include <string>

#include "driver/base/clock.h"
#include "driver/base/volume_locks.h"
#include "driver/cloud/cloud.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

class VolumeMarker;

// What the parts of the controller work with. All outlive them.
struct ControllerContext {
  Cloud& cloud;
  Clock& clock;
  VolumeLocks& locks;
  std::string cluster_id;          // tag of every disk and snapshot made here; empty: none
  Cluster* cluster = nullptr;      // none: claims and Nodes are not read
  VolumeMarker* marker = nullptr;  // none: PersistentVolumes are not marked
};

}  // namespace driver
