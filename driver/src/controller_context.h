#pragma once
#include <string>

#include "driver/src/clock.h"
#include "driver/src/cloud.h"
#include "driver/src/volume_locks.h"

namespace driver {

// What the parts of the controller work with. All outlive them.
struct ControllerContext {
  Cloud& cloud;
  Clock& clock;
  VolumeLocks& locks;
  std::string cluster_id;  // tag of every disk and snapshot made here; empty: none
};

}  // namespace driver
