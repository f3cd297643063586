#pragma once
// The objects of the stories as the YAML that a user would write. Fields left empty are left out.
// Namespaces are not in it: Story::Apply puts objects into the one of the story.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace e2e {

struct StorageClassSpec {
  std::string name;
  bool immediate = false;          // else WaitForFirstConsumer
  std::vector<std::string> zones;  // allowedTopologies by topology.kubernetes.io/zone; empty: none
  std::string topology_key = "topology.kubernetes.io/zone";  // the key that `zones` are values of
  std::string reclaim = "Delete";
  bool expandable = true;
  // Without a type: of cloud_essd. E.g. {"type", "cloud_ssd"}, {"csi.storage.k8s.io/fstype",
  // "xfs"}.
  std::vector<std::pair<std::string, std::string>> parameters;
};
std::string StorageClassYaml(const StorageClassSpec& spec);

struct ClaimSpec {
  std::string name;
  std::string storage_class;  // empty: explicitly none, for volumes made by hand
  std::string size = "20Gi";
  std::string access = "ReadWriteOnce";
  bool block = false;
  std::string from_snapshot;  // dataSource: a VolumeSnapshot of the namespace
  std::string from_claim;     // dataSource: a claim of the namespace
  std::string volume;         // spec.volumeName
  std::string attributes_class;
  std::string disk;  // of the cloud, to be adopted: volume.alibabacloud.com/disk-id
};
std::string ClaimYaml(const ClaimSpec& spec);

// A Pod with one container that sleeps unless `command` is set, with each claim mounted (or, raw,
// as a device).
struct PodSpec {
  struct Mount {
    std::string claim;
    std::string path;  // of the mount, or with `block` of the device
    bool block = false;
    bool read_only = false;
  };
  std::string name;
  std::vector<Mount> mounts;
  std::string zone;     // nodeSelector topology.kubernetes.io/zone
  std::string node;     // nodeSelector kubernetes.io/hostname: the scheduler still decides
  std::string command;  // a shell script instead of sleeping; runs as process 1
  std::string cpu;      // request, e.g. "10m"
  std::string
      more;  // further lines of the spec, not indented, e.g. "securityContext:\n  fsGroup: 7"
};
std::string PodYaml(const PodSpec& spec);

struct SnapshotClassSpec {
  std::string name;
  std::string deletion = "Delete";
  std::vector<std::pair<std::string, std::string>> parameters;
};
std::string SnapshotClassYaml(const SnapshotClassSpec& spec);

struct SnapshotSpec {
  std::string name;
  std::string snapshot_class;
  std::string claim;
  std::string content;  // spec.source.volumeSnapshotContentName, instead of `claim`
};
std::string SnapshotYaml(const SnapshotSpec& spec);

// Returns `text` with every ${NAME} replaced; a name that is not in `values` aborts with a message.
std::string Fill(std::string_view text,
                 const std::vector<std::pair<std::string, std::string>>& values);

// Returns `text` with each line after the first indented by `by` blanks.
std::string Indented(std::string_view text, std::size_t by);

}  // namespace e2e
