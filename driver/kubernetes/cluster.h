#pragma once
// The Kubernetes cluster as the driver needs it: what its Nodes and claims say, and where it
// records what it did. The real one is KubeCluster, the strict one FakeCluster.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "topology/labels.h"

namespace driver {

using Annotations = std::map<std::string, std::string>;

// A PersistentVolumeClaim.
struct Claim {
  std::string uid;
  Annotations annotations;
};

// What a PersistentVolume is to carry besides what it has.
struct PvMetadata {
  std::string pv_name;
  std::string volume_id;  // a PersistentVolume of another volume is left alone
  topology::Labels labels;
  Annotations annotations;
  bool operator==(const PvMetadata&) const = default;
};

// What a Node is to carry besides what it has.
struct NodeMarks {
  topology::Labels labels;
  Annotations annotations;
  bool operator==(const NodeMarks&) const = default;
};

// Something that people are to see on a volume's claim, for which no answer of a call is shown.
struct VolumeWarning {
  std::string pv_name;
  std::string reason;  // one word: "FileSystemGrowthRefused"
  std::string message;
  bool operator==(const VolumeWarning&) const = default;
};

// The same about a claim that has no volume yet.
struct ClaimWarning {
  std::string ns;
  std::string name;
  std::string uid;
  std::string reason;
  std::string message;
  bool operator==(const ClaimWarning&) const = default;
};

// A lease by which a sidecar of a controller of this driver leads.
struct SidecarLease {
  std::string ns;
  std::string name;
  std::string holder;      // empty: given up
  std::string renewed_at;  // as written; its holder writes another one every few seconds
  bool operator==(const SidecarLease&) const = default;
};

enum class Freshness {
  kRecent,  // may be a few seconds old
  kNow,
};

// Thread-safe. Every call ends by the deadline; the error is UNAVAILABLE when there is no answer or
// no right to it, else as said.
class Cluster {
 public:
  virtual ~Cluster() = default;
  // Labels of the Node object that this process runs on. Errors: NOT_FOUND without such an object.
  virtual Result<topology::Labels> OwnNodeLabels(const Deadline& deadline) = 0;
  // Handles of this driver's volumes that Kubernetes says are attached to the own Node or in use on
  // it. Errors: NOT_FOUND without such an object.
  virtual Result<std::set<std::string>> OwnVolumes(const Deadline& deadline) = 0;
  // Labels of every Node.
  virtual Result<std::vector<topology::Labels>> NodeLabels(Freshness freshness,
                                                           const Deadline& deadline) = 0;
  // Those of csi-provisioner and csi-attacher in other namespaces than the own, where a second
  // controller of this driver would lead. Errors: NOT_FOUND when the own namespace is not known.
  virtual Result<std::vector<SidecarLease>> LeasesElsewhere(const Deadline& deadline) = 0;
  // Labels of the Node of this name. Errors: NOT_FOUND.
  virtual Result<topology::Labels> LabelsOf(const std::string& node, const Deadline& deadline) = 0;
  // Labels of every Node on which kubelet has registered this driver.
  virtual Result<std::vector<topology::Labels>> DriverNodeLabels(const Deadline& deadline) = 0;
  // On the own Node. Errors: NOT_FOUND without such an object.
  virtual Result<void> MarkOwnNode(const NodeMarks& marks, const Deadline& deadline) = 0;
  // Errors: NOT_FOUND.
  virtual Result<Claim> GetClaim(const std::string& ns, const std::string& name,
                                 const Deadline& deadline) = 0;
  // Of a VolumeSnapshot. Errors: NOT_FOUND.
  virtual Result<Annotations> SnapshotAnnotations(const std::string& ns, const std::string& name,
                                                  const Deadline& deadline) = 0;
  // Errors: NOT_FOUND while there is no such PersistentVolume; FAILED_PRECONDITION when it is of
  // another volume or driver.
  virtual Result<void> LabelVolume(const PvMetadata& metadata, const Deadline& deadline) = 0;
  // An event on the claim that holds the volume, else on the volume. Errors: NOT_FOUND.
  virtual Result<void> Warn(const VolumeWarning& warning, const Deadline& deadline) = 0;
  virtual Result<void> Warn(const ClaimWarning& warning, const Deadline& deadline) = 0;
};

}  // namespace driver
