#pragma once
#include <string>

#include "driver/src/clock.h"
#include "driver/src/cloud.h"
#include "driver/src/cluster.h"
#include "driver/src/volume_locks.h"

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
