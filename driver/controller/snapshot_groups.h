#pragma once
// CSI group snapshots: several volumes cut at one moment.
#include <optional>
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/ignored_parameters.h"
#include "driver/controller/requests.h"

namespace driver {

// A group with its members as they are at this moment, each of them cut.
struct GroupSnapshot {
  std::string id;
  std::vector<Snapshot> snapshots;  // in the order of their ids
};

// Thread-safe.
class SnapshotGroups {
 public:
  explicit SnapshotGroups(ControllerContext context);

  // Returns once every member is cut; they are available perhaps later. Errors: NOT_FOUND for a
  // volume, ALREADY_EXISTS for the name with other volumes, FAILED_PRECONDITION for volumes that
  // cannot be cut together (zone, category, number) and one that was never attached, ABORTED while
  // another snapshot of one is made, INTERNAL when the group of this name failed: it is deleted,
  // and the next call takes another. Source: CSI CreateVolumeGroupSnapshot.
  Result<GroupSnapshot> Create(const CreateGroupRequest& wanted, const Deadline& deadline);

  // With its members. An unknown id is success. Errors: INVALID_ARGUMENT when the caller takes
  // others for its members.
  Result<void> Delete(const GroupRequest& wanted, const Deadline& deadline);

  // Errors: NOT_FOUND; INVALID_ARGUMENT as of Delete; ABORTED while it is not cut yet.
  Result<GroupSnapshot> Get(const GroupRequest& wanted, const Deadline& deadline);

 private:
  Result<SnapshotGroup> FindOrCreate(const CreateGroupRequest& wanted, const Deadline& deadline);
  Result<SnapshotGroup> CreateGroupOnce(const CreateGroupRequest& wanted, const Deadline& deadline);
  // The one that matches, nullopt when there is none.
  Result<std::optional<SnapshotGroup>> Find(const SnapshotGroupQuery& query,
                                            const Deadline& deadline);
  Result<GroupSnapshot> AwaitCut(SnapshotGroup group, const Deadline& deadline);
  Result<GroupSnapshot> Look(const SnapshotGroup& group, const Deadline& deadline);
  Result<void> CheckMembers(const SnapshotGroup& group, const GroupRequest& wanted,
                            const Deadline& deadline);
  Result<void> Remove(const std::string& group_id, const Deadline& deadline);
  RpcError RemoveFailed(const std::string& group_id, const Deadline& deadline);

  ControllerContext context_;
  IgnoredParameters ignored_;
};

}  // namespace driver
