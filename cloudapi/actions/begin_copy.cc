#include "cloudapi/actions/begin_copy.h"

#include <algorithm>

namespace cloudapi {

Result<Snapshot> BeginCopy(Tx& tx, const topology::Catalogue& catalogue, Snapshot source,
                           const CopyTerms& terms, std::chrono::milliseconds delay) {
  auto copy = StartCopy(source, terms, catalogue);
  if (!copy) return copy;
  copy->id = tx.NextId<Snapshot>(catalogue.FindRegion(copy->region)->id_code);
  copy->requested_time = tx.Now();
  copy->seq = tx.NextSeq();
  tx.Put(*copy);
  tx.Schedule(*copy, Step::kSnapshotCopy, delay);
  ++source.copies_under_way;
  tx.Put(source);
  return copy;
}

void CopyByPolicy(Tx& tx, const topology::Catalogue& catalogue, const Snapshot& snapshot,
                  std::chrono::milliseconds delay) {
  if (snapshot.policy_id.empty()) return;
  const auto policy =
      tx.Find<SnapshotPolicy>(snapshot.account, snapshot.region, snapshot.policy_id);
  if (!policy || !policy->cross_region_copy) return;
  // A region that the catalogue does not have any more has no copies.
  static_cast<void>(
      BeginCopy(tx, catalogue, snapshot,
                {.region = policy->target_copy_regions,
                 .name = snapshot.name,
                 .retention_days = std::max<std::int64_t>(policy->copied_retention_days, 0),
                 .resource_group_id = snapshot.resource_group_id,
                 .automatic = true},
                delay));
}

}  // namespace cloudapi
