#pragma once
// The story that tools/up tells: every step is carried out by the real programs and checked, and
// what happened is printed.
#include <functional>
#include <string>
#include <vector>

#include "e2e/harness/provision.h"
#include "e2e/harness/workload.h"

namespace e2e {

struct StorySettings {
  bool devices = true;  // false: virtual instances, nothing is mounted
  // Asked between the steps; true ends the story.
  std::function<bool()> interrupted;
};

// Needs a world with cloud and controller; starts the nodes itself.
class NarratedStory {
 public:
  NarratedStory(World& world, StorySettings settings);
  // False when a step did not go as it must (said on stdout) or was interrupted.
  bool Tell();
  // Unmounts and detaches what the story left attached. False if something could not be undone.
  bool PutAway();
  // A disk that the story leaves attached, and its node.
  const std::string& Disk() const { return disk_; }
  const std::string& Node() const { return node_; }

 private:
  bool ClearEarlierRun();
  bool NodesJoin();
  bool PodWaits();
  bool ClassIsMended();
  bool WrongZoneIsRefused();
  bool SnapshotIsTaken();
  bool RestoreInAnotherZone();
  bool NothingIsSold();

  bool Join(const std::string& zone);
  Placement PlaceClaim(const std::string& claim, const topology::StorageClass& storage_class,
                       const std::map<std::string, std::string>& parameters = {});
  grpc::Status Use(const std::string& instance, const std::string& volume);
  bool Must(bool held, const std::string& what);
  bool Must(const grpc::Status& status, const std::string& what);
  std::size_t Disks() const;

  World& world_;
  StorySettings settings_;
  Workload workload_;
  Kube kube_;
  std::string disk_;
  std::string node_;
  std::string content_;
  csi::v1::Snapshot snapshot_;
  std::vector<std::pair<std::string, std::string>> in_use_;  // instance, volume
};

}  // namespace e2e
