#pragma once
// Category, performance level and provisioned IOPS of a living disk: ModifyDiskSpec and its task.
#include <optional>
#include <string>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/volume_change.h"

namespace driver {

// What of `change` the disk does not have yet; nullopt when there is nothing. A level is of
// cloud_essd only, provisioned IOPS are of cloud_auto only: elsewhere they ask for nothing.
std::optional<SpecChange> SpecToReach(const Disk& disk, const VolumeChange& change);

// Asks the cloud by a dry run whether the change can be made, after waiting for one that is under
// way, which an earlier call may have begun. Returns the disk as it is then and what is left to do.
// Errors: INVALID_ARGUMENT for a change that this disk can never make, FAILED_PRECONDITION for one
// that it cannot make now, DEADLINE_EXCEEDED while another is under way.
struct PreparedSpec {
  Disk disk;
  std::optional<SpecChange> spec;
};
Result<PreparedSpec> PrepareSpec(const ControllerContext& context, const Deadline& deadline,
                                 Disk disk, const VolumeChange& change);

// Makes the change and waits for its task. Errors: as above; INTERNAL when the task failed.
Result<void> ApplySpec(const ControllerContext& context, const Deadline& deadline,
                       const SpecChange& spec);

}  // namespace driver
