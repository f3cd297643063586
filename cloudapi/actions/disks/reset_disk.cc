// Other bytes for a disk: those it was made of, or those of one of its snapshots.
#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/rules/disk_reset.h"

namespace cloudapi {
namespace {

ResetTerms ResetTermsOf(const WriteCall& call, const Disk& disk) {
  return {.snapshot_progressing = IsOneProgressing(call.tx.SnapshotsOf(disk)),
          .instances = call.tx.InstancesOf(disk)};
}

// `start`: the instance that is started once the disk has its bytes.
Result<Answer> Begin(const WriteCall& call, const Result<Disk>& next, const std::string& start) {
  if (!next) return Fail(next.error());
  call.tx.Put(*next);
  call.tx.Schedule(*next, Step::kDiskReset, call.settings.delays.reset, {.instance_id = start});
  return Answer{};
}

}  // namespace

Result<Answer> ReInitDisk(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto login = CheckLogin(call.args); !login) return Fail(login.error());
  std::optional<Snapshot> source;
  if (!disk->source_snapshot_id.empty())
    source = call.tx.Find<Snapshot>(disk->account, disk->region, disk->source_snapshot_id);
  const ResetTerms terms = ResetTermsOf(call, *disk);
  const auto next = ReInit(*disk, source ? &*source : nullptr, terms);
  const bool starts = call.args.IsTrue("AutoStartInstance") && !terms.instances.empty();
  return Begin(call, next, starts ? terms.instances.front().id : "");
}

Result<Answer> ResetDisk(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  const auto snapshot = Find<Snapshot>(call, call.args.TextOrEmpty("SnapshotId"));
  if (!snapshot) return Fail(snapshot.error());
  return Begin(call, Reset(*disk, *snapshot, ResetTermsOf(call, *disk)), "");
}

}  // namespace cloudapi
