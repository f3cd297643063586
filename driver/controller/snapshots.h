#pragma once
// CSI snapshots: asynchronous, answered as soon as the content is fixed.
#include <string>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/ignored_parameters.h"
#include "driver/controller/paging.h"
#include "driver/controller/requests.h"

namespace driver {

// Thread-safe.
class Snapshots {
 public:
  explicit Snapshots(ControllerContext context);

  // Returns once cut, `available` perhaps later; a repeated call tells. Errors: NOT_FOUND for the
  // volume, ALREADY_EXISTS for the name on another volume, FAILED_PRECONDITION for a disk that was
  // never attached, ABORTED while another snapshot of the disk is made, RESOURCE_EXHAUSTED for the
  // quota, INTERNAL when the snapshot of this name failed: it is deleted, and the next call takes
  // another. Source: CSI CreateSnapshot.
  Result<Snapshot> Create(const CreateSnapshotRequest& wanted, const Deadline& deadline);

  // An unknown id is success. Errors: INVALID_ARGUMENT for a member of a group.
  Result<void> Delete(const std::string& snapshot_id, const Deadline& deadline);

  // NOT_FOUND, ABORTED while the content is not fixed yet.
  Result<Snapshot> Get(const std::string& snapshot_id, const Deadline& deadline);

  // Without the temporary ones of clones and those not cut yet. ABORTED for a bad token.
  Result<ListedPage<Snapshot>> List(const ListSnapshotsRequest& wanted, const Deadline& deadline);

 private:
  Result<Snapshot> FindOrCreate(const CreateSnapshotRequest& wanted, const Deadline& deadline);
  // As the VolumeSnapshot says by annotation, else as its class. UNAVAILABLE while it cannot be
  // read.
  Result<std::optional<std::int64_t>> RetentionOf(const SnapshotParameters& parameters,
                                                  const Deadline& deadline);
  Result<void> CheckAlone(const std::string& snapshot_id, const Deadline& deadline);
  RpcError RemoveFailed(const Snapshot& snapshot, const Deadline& deadline);

  ControllerContext context_;
  IgnoredParameters ignored_;
};

}  // namespace driver
