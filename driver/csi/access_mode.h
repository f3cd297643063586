#pragma once
// Access modes, as controller and node understand them.
#include "csi.pb.h"

namespace driver {

using AccessMode = csi::v1::VolumeCapability::AccessMode::Mode;

// Whether volumes of this mode may be on several nodes at once.
constexpr bool IsMultiNode(AccessMode mode) {
  return mode == csi::v1::VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY ||
         mode == csi::v1::VolumeCapability::AccessMode::MULTI_NODE_SINGLE_WRITER ||
         mode == csi::v1::VolumeCapability::AccessMode::MULTI_NODE_MULTI_WRITER;
}

}  // namespace driver
