#pragma once
// Faults as data around another cloud: "the second AttachDisk answers Throttling".
#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "driver/cloud/cloud.h"

namespace driver {

struct Fault {
  std::string action;  // the API's name: "AttachDisk"
  int nth = 1;         // its nth call, counted from 1
  // Answered instead. With `after_commit` the call has its effect first, so the answer is lost.
  CloudError error{"Throttling", 400, "scripted"};
  bool after_commit = false;
};

// The connection broke after the call had its effect.
inline Fault LostAnswer(std::string action, int nth = 1) {
  return {std::move(action), nth, {std::string(kNoAnswer), 0, "scripted: connection lost"}, true};
}

// Thread-safe.
class ScriptedCloud : public Cloud {
 public:
  ScriptedCloud(Cloud& inner, std::vector<Fault> faults)
      : inner_(inner), faults_(std::move(faults)) {}

  // Faults that never happened; a test ends by expecting none.
  std::vector<std::string> Unused() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> unused;
    for (const auto& fault : faults_) {
      unused.push_back(fault.action + " " + std::to_string(fault.nth));
    }
    return unused;
  }
  int Calls(const std::string& action) {
    const std::lock_guard lock(mutex_);
    return calls_[action];
  }

  std::string Region() const override { return inner_.Region(); }
  CloudResult<std::string> CreateDisk(const DiskSpec& spec) override {
    return Run("CreateDisk", [&] { return inner_.CreateDisk(spec); });
  }
  CloudResult<DiskPage> DescribeDisks(const DiskQuery& query) override {
    return Run("DescribeDisks", [&] { return inner_.DescribeDisks(query); });
  }
  CloudResult<void> AttachDisk(const Attachment& attachment) override {
    return Run("AttachDisk", [&] { return inner_.AttachDisk(attachment); });
  }
  CloudResult<void> DetachDisk(const Attachment& attachment) override {
    return Run("DetachDisk", [&] { return inner_.DetachDisk(attachment); });
  }
  CloudResult<void> DeleteDisk(const std::string& disk_id) override {
    return Run("DeleteDisk", [&] { return inner_.DeleteDisk(disk_id); });
  }
  CloudResult<void> ResizeDisk(const Resize& resize) override {
    return Run("ResizeDisk", [&] { return inner_.ResizeDisk(resize); });
  }
  CloudResult<void> ModifyDiskAttribute(const std::string& disk_id,
                                        const DiskAttributes& attributes) override {
    return Run("ModifyDiskAttribute",
               [&] { return inner_.ModifyDiskAttribute(disk_id, attributes); });
  }
  CloudResult<std::string> ModifyDiskSpec(const SpecChange& change) override {
    return Run("ModifyDiskSpec", [&] { return inner_.ModifyDiskSpec(change); });
  }
  CloudResult<std::vector<CloudTask>> DescribeTasks(const TaskQuery& query) override {
    return Run("DescribeTasks", [&] { return inner_.DescribeTasks(query); });
  }
  CloudResult<std::string> CreateSnapshot(const SnapshotSpec& spec) override {
    return Run("CreateSnapshot", [&] { return inner_.CreateSnapshot(spec); });
  }
  CloudResult<SnapshotPage> DescribeSnapshots(const SnapshotQuery& query) override {
    return Run("DescribeSnapshots", [&] { return inner_.DescribeSnapshots(query); });
  }
  CloudResult<void> DeleteSnapshot(const std::string& snapshot_id) override {
    return Run("DeleteSnapshot", [&] { return inner_.DeleteSnapshot(snapshot_id); });
  }
  CloudResult<std::string> CreateSnapshotGroup(const SnapshotGroupSpec& spec) override {
    return Run("CreateSnapshotGroup", [&] { return inner_.CreateSnapshotGroup(spec); });
  }
  CloudResult<std::vector<SnapshotGroup>> DescribeSnapshotGroups(
      const SnapshotGroupQuery& query) override {
    return Run("DescribeSnapshotGroups", [&] { return inner_.DescribeSnapshotGroups(query); });
  }
  CloudResult<void> DeleteSnapshotGroup(const std::string& group_id) override {
    return Run("DeleteSnapshotGroup", [&] { return inner_.DeleteSnapshotGroup(group_id); });
  }
  CloudResult<std::vector<Instance>> DescribeInstances(
      const std::vector<std::string>& ids) override {
    return Run("DescribeInstances", [&] { return inner_.DescribeInstances(ids); });
  }
  CloudResult<std::vector<InstanceType>> DescribeInstanceTypes(
      const std::vector<std::string>& names) override {
    return Run("DescribeInstanceTypes", [&] { return inner_.DescribeInstanceTypes(names); });
  }
  CloudResult<topology::Catalogue> DescribeAvailableResource() override {
    return Run("DescribeAvailableResource", [&] { return inner_.DescribeAvailableResource(); });
  }
  CloudResult<std::vector<std::string>> DescribeDiskCategories(const std::string& instance_type,
                                                               const std::string& zone) override {
    return Run("DescribeAvailableResource",
               [&] { return inner_.DescribeDiskCategories(instance_type, zone); });
  }
  CloudResult<void> TagDisk(const std::string& disk_id, const Tags& tags) override {
    return Run("TagResources", [&] { return inner_.TagDisk(disk_id, tags); });
  }
  CloudResult<void> UntagDisk(const std::string& disk_id,
                              const std::vector<std::string>& keys) override {
    return Run("UntagResources", [&] { return inner_.UntagDisk(disk_id, keys); });
  }

 private:
  // The fault of this call, removed from the list.
  std::optional<Fault> Next(const std::string& action) {
    const std::lock_guard lock(mutex_);
    const int nth = ++calls_[action];
    const auto found = std::ranges::find_if(
        faults_, [&](const Fault& fault) { return fault.action == action && fault.nth == nth; });
    if (found == faults_.end()) return std::nullopt;
    Fault fault = std::move(*found);
    faults_.erase(found);
    return fault;
  }

  template <class Call>
  auto Run(const std::string& action, Call&& call) -> decltype(call()) {
    const auto fault = Next(action);
    if (!fault) return call();
    if (fault->after_commit) static_cast<void>(call());
    return Fail(fault->error);
  }

  Cloud& inner_;
  std::mutex mutex_;
  std::vector<Fault> faults_;
  std::map<std::string, int> calls_;
};

}  // namespace driver
