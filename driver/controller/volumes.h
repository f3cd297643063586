#pragma once
// Creating and deleting volumes.
#include <optional>
#include <string>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/ignored_parameters.h"
#include "driver/controller/requests.h"
#include "driver/controller/zones.h"

namespace driver {

// Thread-safe.
class Volumes {
 public:
  Volumes(ControllerContext context, Zones& zones);

  // The disk of this name, Available or beyond. A repeated call returns the same disk and finishes
  // what an interrupted one left. Errors: ALREADY_EXISTS for the same name asked for otherwise,
  // NOT_FOUND for an unknown source, INVALID_ARGUMENT or OUT_OF_RANGE for a size that is too
  // small or too large, RESOURCE_EXHAUSTED for the place,
  // FAILED_PRECONDITION for an adopted disk that is not free or a source that was never attached,
  // ABORTED while another call on this name runs or the source snapshot is not ready,
  // DEADLINE_EXCEEDED when time ends.
  // Source: CSI CreateVolume.
  Result<Disk> Create(const CreateVolumeRequest& wanted, const Deadline& deadline);

  // Gone afterwards; an unknown id is success. FAILED_PRECONDITION while attached.
  Result<void> Delete(const std::string& volume_id, const Deadline& deadline);

 private:
  // What the content asks of the new disk.
  struct Origin {
    std::string snapshot_id;  // known at once for a restore, made later for a clone
    std::string zone;         // of a clone's source
    std::int64_t least_gib = 0;
  };

  Result<Disk> CreateLocked(const CreateVolumeRequest& wanted, const Deadline& deadline);
  Result<std::optional<Disk>> FindByName(const std::string& name, const Deadline& deadline);
  // The disk that the claim names becomes the volume.
  Result<Disk> Adopt(const CreateVolumeRequest& wanted, const Deadline& deadline);
  Result<void> CheckAdoptable(const CreateVolumeRequest& wanted, const Disk& disk,
                              const Deadline& deadline);
  Tags TagsFor(const CreateVolumeRequest& wanted) const;
  Result<Origin> FindOrigin(const CreateVolumeRequest& wanted, const Deadline& deadline);
  Result<Origin> SnapshotOrigin(const std::string& id, const Deadline& deadline);
  Result<Origin> VolumeOrigin(const std::string& id, const Deadline& deadline);
  Result<Disk> CreateNew(const CreateVolumeRequest& wanted, const Origin& origin,
                         const Deadline& deadline);
  Result<Disk> TryAttempts(const std::vector<DiskAttempt>& attempts, DiskSpec spec,
                           const CreateVolumeRequest& wanted, const Deadline& deadline);
  DiskSpec BaseSpec(const CreateVolumeRequest& wanted) const;
  // Waits until it is Available and removes what a clone needed in between.
  Result<Disk> AwaitAvailable(const CreateVolumeRequest& wanted, Disk disk,
                              const Deadline& deadline);
  Result<void> DeleteDisk(const Disk& disk, const Deadline& deadline);

  ControllerContext context_;
  Zones& zones_;
  IgnoredParameters ignored_;
};

}  // namespace driver
