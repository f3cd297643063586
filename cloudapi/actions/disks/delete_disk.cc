#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {

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
