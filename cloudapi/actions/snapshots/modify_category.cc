#include "cloudapi/actions/begin_task.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/rules/snapshot_archive.h"
#include "cloudapi/rules/snapshot_lock.h"

namespace cloudapi {

// Category has one value, Archive, which an absent one means too.
Result<Answer> ModifySnapshotCategory(const WriteCall& call) {
  const auto found = Find<Snapshot>(call, call.args.TextOrEmpty("SnapshotId"));
  if (!found) return Fail(found.error());
  const Snapshot snapshot = AgeLock(*found, call.tx.Now());
  const std::int64_t retention = call.args.Integer("RetentionDays").value_or(0);
  const auto allowed = CheckArchive(
      snapshot,
      {.retention_days = retention, .under_way = HasJob(call.tx, snapshot, Step::kSnapshotArchive)},
      call.tx.Now());
  if (!allowed) return Fail(allowed.error());
  const Task task = BeginTask(call, snapshot, "ArchiveSnapshot", FormatArchive(retention));
  call.tx.Schedule(snapshot, Step::kSnapshotArchive, call.settings.delays.archive,
                   {.task_id = task.id});
  return TextAnswer("TaskId", task.id);
}

}  // namespace cloudapi
