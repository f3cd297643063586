#pragma once
// How a copy of a snapshot in another region begins, whether a call or a policy asks for it.
#include <chrono>

#include "cloudapi/rules/snapshot_copy.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// Stores the copy and the job that fills it after `delay`; the source stays until that has ended.
// Errors: those of StartCopy.
Result<Snapshot> BeginCopy(Tx& tx, const topology::Catalogue& catalogue, Snapshot source,
                           const CopyTerms& terms, std::chrono::milliseconds delay);

// An automatic snapshot that is accomplished is copied where its policy says so.
void CopyByPolicy(Tx& tx, const topology::Catalogue& catalogue, const Snapshot& snapshot,
                  std::chrono::milliseconds delay);

}  // namespace cloudapi
