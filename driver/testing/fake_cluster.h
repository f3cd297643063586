#pragma once
// A cluster in memory. Stricter than the real one: it refuses metadata that no API server would
// take.
#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "driver/kubernetes/cluster.h"

namespace driver {

// Thread-safe.
class FakeCluster : public Cluster {
 public:
  struct Volume {
    std::string handle;
    topology::Labels labels;
    Annotations annotations;
  };

  FakeCluster() = default;
  explicit FakeCluster(Result<topology::Labels> own_node) : own_node_(std::move(own_node)) {}

  void AddNode(topology::Labels labels) {
    const std::lock_guard lock(mutex_);
    nodes_.push_back(std::move(labels));
  }
  // One that the driver is registered on.
  void AddDriverNode(const std::string& name, topology::Labels labels) {
    const std::lock_guard lock(mutex_);
    nodes_.push_back(labels);
    driver_nodes_[name] = std::move(labels);
  }
  // What was written on the own Node.
  NodeMarks OwnMarks() {
    const std::lock_guard lock(mutex_);
    return own_marks_;
  }
  void AddClaim(const std::string& ns, const std::string& name, Claim claim) {
    const std::lock_guard lock(mutex_);
    claims_[{ns, name}] = std::move(claim);
  }
  void RemoveClaim(const std::string& ns, const std::string& name) {
    const std::lock_guard lock(mutex_);
    claims_.erase({ns, name});
  }
  void AddSnapshot(const std::string& ns, const std::string& name, Annotations annotations) {
    const std::lock_guard lock(mutex_);
    snapshots_[{ns, name}] = std::move(annotations);
  }
  void AddVolume(const std::string& pv_name, Volume volume) {
    const std::lock_guard lock(mutex_);
    volumes_[pv_name] = std::move(volume);
  }
  Volume VolumeOf(const std::string& pv_name) {
    const std::lock_guard lock(mutex_);
    return volumes_.at(pv_name);
  }
  void SetOwnVolumes(std::set<std::string> handles) {
    const std::lock_guard lock(mutex_);
    own_volumes_ = std::move(handles);
  }
  // Called anew for every question, so that leases can be renewed between two.
  void SetLeasesElsewhere(std::function<std::vector<SidecarLease>()> leases) {
    const std::lock_guard lock(mutex_);
    leases_ = std::move(leases);
  }
  // Until set right again, every call is answered UNAVAILABLE.
  void SetDown(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }
  std::vector<VolumeWarning> Warnings() {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }
  std::vector<ClaimWarning> ClaimWarnings() {
    const std::lock_guard lock(mutex_);
    return claim_warnings_;
  }
  // How often NodeLabels was asked for, and how often for the present ones.
  std::pair<int, int> NodeLists() {
    const std::lock_guard lock(mutex_);
    return {lists_, fresh_lists_};
  }
  int MarkCalls() {
    const std::lock_guard lock(mutex_);
    return mark_calls_;
  }

  Result<topology::Labels> OwnNodeLabels(const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    return own_node_;
  }
  Result<std::set<std::string>> OwnVolumes(const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    return own_volumes_;
  }
  Result<std::vector<topology::Labels>> NodeLabels(Freshness freshness, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    ++lists_;
    if (freshness == Freshness::kNow) ++fresh_lists_;
    if (down_) return Down();
    return nodes_;
  }
  Result<topology::Labels> LabelsOf(const std::string& node, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    const auto found = driver_nodes_.find(node);
    if (found == driver_nodes_.end()) return Missing("node " + node);
    return found->second;
  }
  Result<std::vector<topology::Labels>> DriverNodeLabels(const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    std::vector<topology::Labels> labels;
    for (const auto& [name, one] : driver_nodes_) labels.push_back(one);
    return labels;
  }
  Result<void> MarkOwnNode(const NodeMarks& marks, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    if (!own_node_) return Fail(own_node_.error());
    own_marks_ = marks;
    for (const auto& [key, value] : marks.labels) (*own_node_)[key] = value;
    return {};
  }
  Result<Claim> GetClaim(const std::string& ns, const std::string& name, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    const auto found = claims_.find({ns, name});
    if (found == claims_.end()) return Missing("claim " + ns + "/" + name);
    return found->second;
  }
  Result<std::vector<SidecarLease>> LeasesElsewhere(const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    return leases_ ? leases_() : std::vector<SidecarLease>();
  }
  Result<Annotations> SnapshotAnnotations(const std::string& ns, const std::string& name,
                                          const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    const auto found = snapshots_.find({ns, name});
    if (found == snapshots_.end()) return Missing("snapshot " + ns + "/" + name);
    return found->second;
  }
  Result<void> LabelVolume(const PvMetadata& metadata, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    ++mark_calls_;
    if (down_) return Down();
    const auto found = volumes_.find(metadata.pv_name);
    if (found == volumes_.end()) return Missing("volume " + metadata.pv_name);
    if (found->second.handle != metadata.volume_id) {
      return Fail(grpc::StatusCode::FAILED_PRECONDITION, "another volume");
    }
    for (const auto& [key, value] : metadata.labels) {
      const bool bad = value.empty() || value.size() > 63 ||
                       value.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789-_.") != std::string::npos;
      if (bad) return Fail(grpc::StatusCode::INTERNAL, "label " + key + " is invalid: " + value);
      found->second.labels[key] = value;
    }
    for (const auto& [key, value] : metadata.annotations) found->second.annotations[key] = value;
    return {};
  }
  Result<void> Warn(const VolumeWarning& warning, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    if (!volumes_.contains(warning.pv_name)) return Missing("volume " + warning.pv_name);
    warnings_.push_back(warning);
    return {};
  }
  Result<void> Warn(const ClaimWarning& warning, const Deadline&) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Down();
    const auto found = claims_.find({warning.ns, warning.name});
    if (found == claims_.end() || found->second.uid != warning.uid) {
      return Missing("claim " + warning.ns + "/" + warning.name);
    }
    claim_warnings_.push_back(warning);
    return {};
  }

 private:
  static tl::unexpected<RpcError> Down() {
    return Fail(grpc::StatusCode::UNAVAILABLE, "the API server is down");
  }
  static tl::unexpected<RpcError> Missing(const std::string& what) {
    return Fail(grpc::StatusCode::NOT_FOUND, what + " not found");
  }

  std::mutex mutex_;
  bool down_ = false;
  int lists_ = 0;
  int fresh_lists_ = 0;
  int mark_calls_ = 0;
  Result<topology::Labels> own_node_;
  std::set<std::string> own_volumes_;
  std::function<std::vector<SidecarLease>()> leases_;
  std::vector<topology::Labels> nodes_;
  std::map<std::string, topology::Labels> driver_nodes_;
  NodeMarks own_marks_;
  std::map<std::pair<std::string, std::string>, Claim> claims_;
  std::map<std::pair<std::string, std::string>, Annotations> snapshots_;
  std::map<std::string, Volume> volumes_;
  std::vector<VolumeWarning> warnings_;
  std::vector<ClaimWarning> claim_warnings_;
};

}  // namespace driver
