#pragma once
// What is wrong in manifests for this driver, told without a cluster: everything that the driver
// would refuse, and everything that it would take without effect.
#include <string>
#include <string_view>
#include <vector>

namespace driver {

struct LintRules {
  std::string driver_name;
  std::string region;  // that regionId is held against; empty: any
};

struct LintReport {
  int objects = 0;                    // of this driver, looked at
  std::vector<std::string> findings;  // "FILE:LINE: KIND NAME: WHAT", in the order of the file
};

// StorageClasses, VolumeSnapshotClasses, VolumeGroupSnapshotClasses and VolumeAttributesClasses of
// the driver, in any number of YAML documents and in Lists; whatever else there is is not looked
// at. A text that is not YAML is a finding.
LintReport CheckManifests(const std::string& file, const std::string& text, const LintRules& rules);

}  // namespace driver
