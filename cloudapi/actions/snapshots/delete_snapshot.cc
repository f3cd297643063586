#include "cloudapi/actions/find.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/snapshots/snapshots.h"

namespace cloudapi {

Result<Answer> DeleteSnapshot(const WriteCall& call) {
  const std::string id = call.args.TextOrEmpty("SnapshotId");
  const auto snapshot = Find<Snapshot>(call, id);
  if (!snapshot) {
    // A repeated call is answered like the first one.
    if (call.tx.WasDeleted(call.caller.account, id)) return Answer{};
    return Fail(snapshot.error());
  }
  const auto allowed = CheckRelease(call.tx, *snapshot, call.args.IsTrue("Force"));
  if (!allowed) return Fail(allowed.error());
  ReleaseSnapshot(call.tx, *snapshot);
  return Answer{};
}

}  // namespace cloudapi
