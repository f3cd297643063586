#pragma once
// Growing volumes and changing their attributes.
#include <optional>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/requests.h"

namespace driver {

// Thread-safe.
class VolumeChanges {
 public:
  explicit VolumeChanges(ControllerContext context);

  // The size in GiB afterwards; not smaller than asked, unchanged when it was large enough.
  // Errors: NOT_FOUND, OUT_OF_RANGE, FAILED_PRECONDITION when the disk must be detached for it.
  // Source: CSI ControllerExpandVolume.
  Result<std::int64_t> Expand(const ExpandVolumeRequest& wanted, const Deadline& deadline);

  // Tags, then category, level and IOPS by a task that is waited for, then bursting; a repeated
  // call goes on where an earlier one ended. Errors: NOT_FOUND; INVALID_ARGUMENT and
  // FAILED_PRECONDITION with nothing applied; INTERNAL when the task failed; DEADLINE_EXCEEDED
  // while it is under way. Source: CSI ControllerModifyVolume.
  Result<void> Modify(const ModifyVolumeRequest& wanted, const Deadline& deadline);

 private:
  Result<void> Resize(const Disk& disk, std::int64_t size_gib, const Deadline& deadline);
  Result<void> ApplyBursting(const Disk& disk, std::optional<bool> bursting,
                             const Deadline& deadline);
  Result<void> FollowUp(const ModifyVolumeRequest& wanted, const Deadline& deadline);
  Result<void> ApplyTags(const Disk& disk, const VolumeChange& change, const Deadline& deadline);

  ControllerContext context_;
};

}  // namespace driver
