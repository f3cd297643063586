#pragma once
// A volume made from a volume: a temporary snapshot of the source, a disk from it, and the snapshot
// deleted again.
#include <string>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/controller_context.h"

namespace driver {

// What a clone is made for and from.
struct CloneOrder {
  std::string volume_name;  // CSI name of the new volume
  std::string source_disk_id;
};

// The temporary snapshot's id once disks can be made from it, the same for repeated calls.
// FAILED_PRECONDITION when the source was never attached; DEADLINE_EXCEEDED while it is copied.
Result<std::string> EnsureCloneSnapshot(const ControllerContext& context, const Deadline& deadline,
                                        const CloneOrder& order);

// Deletes the temporary snapshots made for the volume of this name.
Result<void> DeleteCloneSnapshotsFor(const ControllerContext& context, const Deadline& deadline,
                                     const std::string& volume_name);

// Deletes the temporary snapshots made of this disk: what is left of clones never finished.
Result<void> DeleteCloneSnapshotsOf(const ControllerContext& context, const Deadline& deadline,
                                    const std::string& disk_id);

}  // namespace driver
