#pragma once
// Whether the disk that has a volume's name already is what is asked for.
#include <string>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/requests.h"

namespace driver {

// Errors: ALREADY_EXISTS naming the first difference. Source: CSI CreateVolume, "Volume already
// exists but is incompatible".
Result<void> CheckSame(const CreateVolumeRequest& wanted, const Disk& disk);

// "no source", "snapshot s-…" or "volume d-…".
std::string ContentOf(const CreateVolumeRequest& wanted);

}  // namespace driver
