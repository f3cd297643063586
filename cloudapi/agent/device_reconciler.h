#pragma once
// Makes this node's loop devices and links what the cloud wants them to be, one step after another.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cloudapi/agent/freezer.h"
#include "cloudapi/agent_protocol/protocol.h"
#include "cloudapi/images/loop_devices.h"

namespace cloudapi {

struct DeviceReconcilerOptions {
  std::string instance_id;
  std::filesystem::path blocks_dir;  // where the images are
  std::filesystem::path by_id_dir;   // of this node alone: links by serial number
};

// Keeps no state that matters: what this node holds is read from the kernel each time. A device is
// this node's when the tag that the kernel keeps with it names this instance and this blocks
// folder. The tag is set in the same call that makes the device hold its image, so no crash leaves
// a device without owner, and a device of another node or of another program is never touched. Not
// thread-safe.
class DeviceReconciler {
 public:
  DeviceReconciler(DeviceReconcilerOptions options, LoopDevices& loops, Freezer& freezer);

  // Goes as far towards `wanted` as is possible now. Returns all that is held afterwards.
  ObservedSet Reconcile(const WantedSet& wanted);
  // Whether any device is this node's.
  bool Holds() { return !HeldDevices().empty(); }
  // Whether the last Reconcile reached `wanted`; if not it is worth repeating soon.
  bool Converged() const { return converged_; }
  // What hindered it, sorted, without repetition.
  const std::vector<std::string>& Errors() const { return errors_; }

 private:
  struct Held {
    LoopDevice device;
    std::string disk;
    std::int64_t generation = 0;
  };
  std::vector<Held> HeldDevices();
  static const WantedDisk* FindWanted(const WantedSet& wanted, const Held& held);
  void Release(const Held& held);
  void ReleaseUnwanted(const WantedSet& wanted, const std::vector<Held>& held);
  void Present(const WantedDisk& disk, const std::vector<Held>& held);
  void Configure(const WantedDisk& disk);
  void Grow(const WantedDisk& disk, const Held& held);
  void Link(const WantedDisk& disk, const Held& held);
  void Flush(const WantedDisk& disk, const Held& held);
  void FreezeOrThaw(const WantedSet& wanted, const std::vector<Held>& held);
  ObservedSet LinkAndObserve(const WantedSet& wanted);

  std::map<std::filesystem::path, std::filesystem::path> LoopLinks() const;
  void RemoveStaleLinks(const WantedSet& wanted, const std::vector<Held>& held);
  // virtio-<serial>, or as NVMe disks are called on an instance whose type has nothing else.
  std::filesystem::path LinkOf(const WantedDisk& disk) const;
  bool IsLinked(const WantedDisk& disk, const Held& held);
  void AddError(std::string what);

  const DeviceReconcilerOptions options_;
  LoopDevices& loops_;
  Freezer& freezer_;
  const std::string tag_;
  std::map<std::string, std::uint64_t> flushed_;  // disk → last ticket carried out
  std::vector<std::string> errors_;
  bool converged_ = false;
};

// The tag of that node's devices: instance and inode of the blocks folder, at most 63 bytes.
std::string DeviceTag(const std::string& instance_id, const FileIdentity& blocks_dir);

}  // namespace cloudapi
