#pragma once
// A copy of a snapshot in another region, as a function of values: no clock, no database.
// Source: ECS API reference, CopySnapshot.
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "topology/catalogue.h"

namespace cloudapi {

struct CopyTerms {
  std::string region;  // where it is made
  std::string name;
  std::string description;
  std::int64_t retention_days = 0;  // 0: for ever
  bool encrypted = false;           // a copy of what is encrypted is, unasked
  std::string kms_key_id;           // empty: that of the source
  std::string resource_group_id;
  std::vector<Tag> tags;
  bool automatic = false;  // a policy's: it keeps the name of its source
};
// The copy: progressing, 0 %, without id, seq and times. Errors: 403 InvalidRegionId.NotExists,
// InvalidOperation.NotSupportCopyInSameRegion, InvalidSnapshotName.Malformed,
// InvalidDescription.Malformed, InvalidSnapshotId.NotReady (not accomplished),
// InvalidOperation.UnfinishedCrossRegionCopy (another copy is under way); 400
// InvalidParameter.EncryptedIllegal (a key without encryption); those of CheckTags.
Result<Snapshot> StartCopy(const Snapshot& source, const CopyTerms& terms,
                           const topology::Catalogue& catalogue);

}  // namespace cloudapi
