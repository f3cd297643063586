#pragma once
// Names of disks and snapshots in the cloud.
#include <string>

namespace driver {

// Whether the API takes the name, for disks and snapshots alike: a letter first, 2 to 128 of
// letters, digits and ":_.-", not "auto…".
bool IsCloudName(const std::string& name);

}  // namespace driver
