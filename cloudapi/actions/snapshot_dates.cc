#include "cloudapi/actions/snapshot_dates.h"

#include "cloudapi/rules/snapshot_lock.h"

namespace cloudapi {

void ScheduleExpiry(Tx& tx, const Snapshot& snapshot) {
  tx.Unschedule(snapshot, Step::kSnapshotExpire);
  if (snapshot.retention_days == 0) return;
  const SysMillis end = *snapshot.creation_time + std::chrono::days(snapshot.retention_days);
  tx.Schedule(snapshot, Step::kSnapshotExpire, end - tx.Now());
}

void ScheduleLock(Tx& tx, const Snapshot& snapshot) {
  tx.Unschedule(snapshot, Step::kSnapshotLock);
  const auto next = NextLockDate(snapshot, tx.Now());
  if (next) tx.Schedule(snapshot, Step::kSnapshotLock, *next - tx.Now());
}

}  // namespace cloudapi
