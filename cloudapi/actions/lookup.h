#pragma once
// What every writing action does before it decides: find the objects that the call names.
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// Of the call's account, and of its region when it names one.
// Errors: 404 InvalidDiskId.NotFound, InvalidSnapshotId.NotFound, InvalidInstanceId.NotFound.
Result<Disk> FindDisk(const WriteCall& call, const std::string& id);
Result<Snapshot> FindSnapshot(const WriteCall& call, const std::string& id);
Result<Instance> FindInstance(const WriteCall& call, const std::string& id);

// Whether one of a disk's snapshots is not finished yet.
bool IsOneProgressing(const std::vector<Snapshot>& snapshots);
// Groups are not kept here: any id of their form is taken. Empty is fine.
// Errors: 404 InvalidResourceGroup.NotFound.
Result<void> CheckResourceGroup(const std::string& id);

}  // namespace cloudapi
