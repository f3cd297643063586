#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// A snapshot whose last disk goes away is used by none.
void ReleaseSource(Tx& tx, const Disk& disk) {
  if (disk.source_snapshot_id.empty()) return;
  auto source = tx.Find<Snapshot>(disk.account, disk.region, disk.source_snapshot_id);
  if (!source || tx.CountDisksOf(*source) > 0) return;
  source->usage = "none";
  tx.Put(*source);
}

}  // namespace

void ReleaseDisk(Tx& tx, const Disk& disk) {
  tx.Unschedule(disk);
  tx.Erase(disk);
  ReleaseSource(tx, disk);
  tx.Schedule(disk, Step::kDiskUnlink, {}, {.generation = disk.generation});
}

Result<Answer> DeleteDisk(const WriteCall& call) {
  const std::string id = call.args.TextOrEmpty("DiskId");
  const auto disk = Find<Disk>(call, id);
  if (!disk) {
    // A repeated call is answered like the first one.
    if (call.tx.WasDeleted(call.caller.account, id)) return Answer{};
    return Fail(disk.error());
  }
  const auto allowed = CheckDelete(*disk, IsOneProgressing(call.tx.SnapshotsOf(*disk)));
  if (!allowed) return Fail(allowed.error());
  ReleaseDisk(call.tx, *disk);
  return Answer{};
}

}  // namespace cloudapi
