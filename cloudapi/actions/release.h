#pragma once
// What goes away or lets go of another object in one transaction, with all that hangs on it.
#include "cloudapi/base/result.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

// The copy has its bytes or never will: its source may go again.
void LetSourceGo(Tx& tx, const Snapshot& copy);

// Whether the snapshot may go. Errors: 403 Operation.Conflict while a disk is filled from it, and
// those of CheckDeleteSnapshot.
Result<void> CheckRelease(Tx& tx, const Snapshot& snapshot, bool force);

// The snapshot goes: its row at once, its image by a job; its group goes with its last member.
// Whether it may go was checked before.
void ReleaseSnapshot(Tx& tx, const Snapshot& snapshot);

// The group of a member that has ended is what its members are; one without members goes.
void SettleGroup(Tx& tx, const Snapshot& member);

// The disk goes: its row at once, its image by a job; it leaves its policies, and its automatic
// snapshots go with it where DeleteAutoSnapshot says so and they are not locked. Whether it may go
// was checked before.
void ReleaseDisk(Tx& tx, const Disk& disk);

// The policy is applied to the disk, which is not under it yet; it fires as long as it has a disk.
void LinkPolicy(Tx& tx, const std::string& policy_id, const Disk& disk);
// Takes the policy away from the disk again.
void UnlinkPolicy(Tx& tx, const PolicyDisk& link);

// The policy fires at the next time that its hours and days say, and at no other one. What has come
// due already and is under way goes on, and decides afterwards.
void ScheduleFiring(Tx& tx, const SnapshotPolicy& policy);

}  // namespace cloudapi
