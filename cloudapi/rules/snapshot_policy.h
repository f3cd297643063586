#pragma once
// What an automatic snapshot policy may ask for, when it fires and what it does to a disk, as
// functions of values: no clock, no database.
// Source: ECS API reference, CreateAutoSnapshotPolicy, ModifyAutoSnapshotPolicyEx.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/rules/transitions.h"
#include "topology/catalogue.h"

namespace cloudapi {

// Automatic snapshots of one disk; beyond, the oldest makes room. (assumed)
inline constexpr std::int64_t kMaxAutoSnapshotsPerDisk = 1000;
// Policies of one disk where it may have several.
inline constexpr std::int64_t kMaxPoliciesPerDisk = 10;

// What a call sets; nullopt stays as it is.
struct PolicyTerms {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> time_points;      // "0" … "23", hours of UTC+8
  std::optional<std::vector<std::string>> repeat_weekdays;  // "1" (Monday) … "7"
  std::optional<std::int64_t> retention_days;               // -1 or 1 … 65536
  std::optional<bool> cross_region_copy;
  std::optional<std::vector<std::string>> target_copy_regions;
  std::optional<std::int64_t> copied_retention_days;  // -1 or 1 … 65535
};
// Errors: 403 ParameterInvalid for every value that is none of those above, given twice, or an
// empty list, and for copies to other regions without one.
Result<SnapshotPolicy> SetPolicy(SnapshotPolicy policy, const PolicyTerms& terms,
                                 const topology::Catalogue& catalogue);

// The first time after `after` at which the policy fires: a whole hour.
SysMillis NextFiring(const SnapshotPolicy& policy, SysMillis after);

// The snapshot that a firing at `now` begins: as StartSnapshot's, of type auto, with name and
// retention. `terms.existing` does not count. Errors: those of StartSnapshot, and 403
// OperationDenied when the disk takes no part (EnableAutoSnapshot=false).
Result<Snapshot> StartAutoSnapshot(const SnapshotPolicy& policy, const Disk& disk,
                                   SnapshotTerms terms, SysMillis now);

}  // namespace cloudapi
