#pragma once
// PersistentVolumes made by hand, as YAML.
#include <string>

namespace e2e {

// Retained: the story that made the disk deletes it.
struct StaticVolumeSpec {
  std::string name;
  std::string storage_class;
  std::string disk;
  std::string zone;  // empty: no node affinity
  std::string size = "20Gi";
};
std::string StaticVolumeYaml(const StaticVolumeSpec& spec);

// A folder of one node, or of all nodes with a label.
struct LocalVolumeSpec {
  std::string name;
  std::string storage_class;  // empty: explicitly none
  std::string node;           // the label's value
  std::string path;
  std::string size = "1Gi";
  std::string label = "kubernetes.io/hostname";
};
std::string LocalVolumeYaml(const LocalVolumeSpec& spec);

}  // namespace e2e
