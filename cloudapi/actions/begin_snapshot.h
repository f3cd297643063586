#pragma once
// How a snapshot of a disk begins, whether a call, a group or a policy asks for it.
#include <chrono>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// What StartSnapshot must know of a disk whose snapshots these are.
SnapshotTerms SnapshotTermsOf(Tx& tx, const Disk& disk, const std::vector<Snapshot>& snapshots,
                              bool allow_never_attached);
// The same for a call, within its account's quotas.
SnapshotTerms SnapshotTermsOf(const WriteCall& call, const Disk& disk, bool allow_never_attached);

// Gives what StartSnapshot returned its id, order and instant access, and stores it. The catalogue
// has its region.
Snapshot StoreSnapshot(Tx& tx, const topology::Catalogue& catalogue, Snapshot snapshot);
// The same, with the job that cuts it after `delay`.
Snapshot BeginSnapshot(Tx& tx, const topology::Catalogue& catalogue, Snapshot snapshot,
                       std::chrono::milliseconds delay);

}  // namespace cloudapi
