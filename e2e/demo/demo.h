#pragma once
// What tools/up shows: volumes bound to zones, step by step, with the real programs. Every step is
// printed and checked.
#include <functional>
#include <string>
#include <vector>

#include "e2e/harness/provision.h"
#include "e2e/harness/workload.h"

namespace e2e {

struct DemoSettings {
  bool devices = true;  // false: virtual instances, nothing is mounted
  // Called between the steps; true ends the demo.
  std::function<bool()> interrupted;
};

// Needs a world with cloud and controller; starts the nodes itself.
class Demo {
 public:
  Demo(World& world, DemoSettings settings);
  // Returns false when a step failed (printed on stdout) or the demo was interrupted.
  bool Run();
  // Unmounts and detaches what is still attached. Returns false if something could not be undone.
  bool CleanUp();
  // A disk that the demo leaves attached.
  const std::string& Disk() const { return disk_; }

 private:
  bool ClearEarlierRun();
  bool JoinNodes();
  bool ShowPodWaiting();
  bool FixClass();
  bool ShowWrongZoneRefused();
  bool TakeSnapshot();
  bool RestoreInAnotherZone();
  bool ShowCategoryNotSold();

  bool Join(const std::string& zone);
  Placement PlaceClaim(const std::string& claim, const topology::StorageClass& storage_class,
                       const std::map<std::string, std::string>& parameters = {});
  grpc::Status Use(const std::string& instance, const std::string& volume);
  // Prints `what` as failed unless it held. Returns `held`.
  bool Check(bool held, const std::string& what);
  bool Check(const Result<void>& result);
  bool Check(const grpc::Status& status, const std::string& what);
  std::size_t Disks() const;

  World& world_;
  DemoSettings settings_;
  Workload workload_;
  Kube kube_;
  std::string disk_;
  std::string node_;
  std::string content_;
  csi::v1::Snapshot snapshot_;
  std::vector<std::pair<std::string, std::string>> in_use_;  // instance, volume
};

}  // namespace e2e
