#pragma once
// What the node does with a volume whose disk is attached: find its device, give it a file system,
// mount it, hand it to workloads, grow it. Keeps no state that matters: the mount table and the
// device's content are the truth, so a call repeated after a restart continues.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/base/volume_locks.h"
#include "driver/host/host.h"
#include "driver/node/staging_devices.h"

namespace driver {

// How the volume is asked to be used.
struct VolumeAccess {
  bool block = false;
  std::string fs_type;                   // empty: what is on the disk, ext4 on a blank one
  std::vector<std::string> mount_flags;  // words of mount(8)
  bool read_only = false;                // by access mode or mount flag
  bool single_writer = false;            // one target on the node only
  bool shared = false;                   // other nodes may have it mounted
};

struct StageRequest {
  std::string volume_id;
  std::string staging_path;
  std::string serial;
  bool blank = false;  // the controller knows that nothing can be on the disk
  VolumeAccess access;
  // Replace the default arguments of mkfs when not empty.
  std::vector<std::string> mkfs_options;
  bool omit_check = false;  // honoured when the mount is read-only
};

struct PublishRequest {
  std::string volume_id;
  std::string staging_path;
  std::string target_path;
  std::string serial;  // needed for block
  VolumeAccess access;
  bool read_only = false;
};

struct ExpandRequest {
  std::string volume_id;
  std::string volume_path;
  std::string staging_path;         // tried when the volume path is not mounted; may be empty
  std::int64_t required_bytes = 0;  // 0: whatever the device has
  std::int64_t limit_bytes = 0;     // 0: no limit
};

// `file_system` is absent for a raw block volume.
struct NodeUsage {
  std::int64_t total_bytes = 0;
  std::optional<FsUsage> file_system;
};

// Thread-safe. One operation per volume; a second one is answered ABORTED.
class Staging {
 public:
  Staging(Host& host, Clock& clock, std::string by_id_dir)
      : host_(host), devices_(host, clock, std::move(by_id_dir)) {}

  // Errors: DEADLINE_EXCEEDED while the device has not appeared; FAILED_PRECONDITION when its
  // content forbids mounting it as asked; ALREADY_EXISTS when staged there otherwise.
  Result<void> Stage(const StageRequest& request, const Deadline& deadline);
  // Success when the path is not staged, also after the device has vanished.
  Result<void> Unstage(const std::string& volume_id, const std::string& staging_path);

  // Errors: FAILED_PRECONDITION when not staged, or published elsewhere and asked for a single
  // writer; ALREADY_EXISTS when the target is published otherwise.
  Result<void> Publish(const PublishRequest& request, const Deadline& deadline);
  // Unmounts and removes the target. Success when it is not there.
  Result<void> Unpublish(const std::string& volume_id, const std::string& target_path);

  // Errors: NOT_FOUND when the volume is not mounted at the path.
  Result<NodeUsage> Usage(const std::string& volume_id, const std::string& volume_path);
  // Returns the bytes of the device. Errors: NOT_FOUND as above; ABORTED while the device is still
  // smaller than asked; FAILED_PRECONDITION when a mounted file system cannot grow here.
  Result<std::int64_t> Expand(const ExpandRequest& request);

 private:
  using Mounts = std::vector<MountEntry>;
  // What is at a path, and which device it is.
  struct Placed {
    bool block = false;
    MountEntry entry;
    DeviceNumber device;
  };

  Result<void> StageFileSystem(const StageRequest& request, const std::string& disk);
  Result<void> GrowMounted(const std::string& device, const MountEntry& entry);
  // Whether a file system, or the partition that it is on, does not reach to its disk's end.
  Result<bool> IsSmallerThanDisk(const std::string& device, std::int64_t disk_bytes,
                                 const std::string& fs_type);
  Result<void> PublishFileSystem(const PublishRequest& request);
  Result<void> PublishBlock(const PublishRequest& request, const std::string& device);
  Result<void> UnmountAll(const std::string& path);
  // Whether the mount is the device's node, bound there.
  bool IsBlockTarget(const MountEntry& entry, const DeviceNumber& device);
  // Sets the device read-only exactly while it is used and every use is a read-only publication.
  // `leaving`: a target that counts no more.
  Result<void> SetReadOnlyAsUsed(const std::string& device, const std::string& leaving);
  Result<void> SetReadOnly(const std::string& device, bool wanted);
  Result<Placed> Find(const std::string& volume_id, const std::vector<std::string>& paths);

  Host& host_;
  StagingDevices devices_;
  VolumeLocks locks_;
};

// The topmost mount at `path` (as the mount table has it), or null.
const MountEntry* FindMount(const std::vector<MountEntry>& mounts, const std::string& path);

// A fault of the machine as the caller is told it.
RpcError ToRpc(const HostError& error);

}  // namespace driver
