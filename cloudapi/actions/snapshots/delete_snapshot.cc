#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/rules/snapshot_lock.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {

Result<Answer> DeleteSnapshot(const WriteCall& call) {
  const std::string id = call.args.TextOrEmpty("SnapshotId");
  const auto snapshot = Find<Snapshot>(call, id);
  if (!snapshot) {
    // A repeated call is answered like the first one.
    if (call.tx.WasDeleted(call.caller.account, id)) return Answer{};
    return Fail(snapshot.error());
  }
  if (call.tx.CountDisksOf(*snapshot, true) > 0) {
    return Refuse(403, "Operation.Conflict", "delete-snapshot.filling",
                  fmt::format("A disk is being filled from snapshot {}.", snapshot->id),
                  {{"snapshot", snapshot->id}});
  }
  const auto allowed =
      CheckDeleteSnapshot(AgeLock(*snapshot, call.tx.Now()), call.tx.CountDisksOf(*snapshot),
                          call.args.IsTrue("Force"));
  if (!allowed) return Fail(allowed.error());
  ReleaseSnapshot(call.tx, *snapshot);
  return Answer{};
}

}  // namespace cloudapi
