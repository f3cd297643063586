#pragma once
// Values as CSI messages.
#include "csi.pb.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/requests.h"

namespace driver {

// Capacity in bytes, category and level as context, content source, zone.
csi::v1::Volume ToProto(const Disk& disk);
// With `context` besides.
csi::v1::Volume ToProto(const Disk& disk, const Parameters& context);
csi::v1::Snapshot ToProto(const Snapshot& snapshot);

}  // namespace driver
