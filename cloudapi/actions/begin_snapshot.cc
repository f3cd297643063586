#include "cloudapi/actions/begin_snapshot.h"

#include <algorithm>
#include <utility>

#include "cloudapi/actions/find.h"

namespace cloudapi {

SnapshotTerms SnapshotTermsOf(Tx& tx, const Disk& disk, const std::vector<Snapshot>& snapshots,
                              bool allow_never_attached) {
  return {.allow_never_attached = allow_never_attached,
          .snapshot_progressing = IsOneProgressing(snapshots),
          .existing = std::ranges::count(snapshots, SnapshotType::kUser, &Snapshot::type),
          .instances = tx.InstancesOf(disk)};
}

SnapshotTerms SnapshotTermsOf(const WriteCall& call, const Disk& disk, bool allow_never_attached) {
  SnapshotTerms terms =
      SnapshotTermsOf(call.tx, disk, call.tx.SnapshotsOf(disk), allow_never_attached);
  terms.quotas = call.quotas;
  return terms;
}

Snapshot StoreSnapshot(Tx& tx, const topology::Catalogue& catalogue, Snapshot snapshot) {
  const topology::Category* category = catalogue.FindCategory(snapshot.source_category);
  snapshot.id = tx.NextId<Snapshot>(catalogue.FindRegion(snapshot.region)->id_code);
  snapshot.instant_access = category != nullptr && category->instant_snapshot;
  snapshot.requested_time = tx.Now();
  snapshot.seq = tx.NextSeq();
  tx.Put(snapshot);
  return snapshot;
}

Snapshot BeginSnapshot(Tx& tx, const topology::Catalogue& catalogue, Snapshot snapshot,
                       std::chrono::milliseconds delay) {
  Snapshot stored = StoreSnapshot(tx, catalogue, std::move(snapshot));
  tx.Schedule(stored, Step::kSnapshotCut, delay);
  return stored;
}

}  // namespace cloudapi
