#include "cloudapi/actions/find.h"
#include "cloudapi/actions/snapshot_dates.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// An empty Description is a value: it clears. DisableInstantAccess has no effect, as in the
// service: instant access of what has it cannot be taken away.
SnapshotAttributes SnapshotAttributesOf(const Arguments& args) {
  SnapshotAttributes attributes{.name = args.Text("SnapshotName"),
                                .retention_days = args.Integer("RetentionDays")};
  if (args.Has("Description")) attributes.description = args.TextOrEmpty("Description");
  return attributes;
}

}  // namespace

Result<Answer> ModifySnapshotAttribute(const WriteCall& call) {
  const auto snapshot = Find<Snapshot>(call, call.args.TextOrEmpty("SnapshotId"));
  if (!snapshot) return Fail(snapshot.error());
  const SnapshotAttributes attributes = SnapshotAttributesOf(call.args);
  if (!attributes.name && !attributes.description && !attributes.retention_days &&
      !call.args.Boolean("DisableInstantAccess")) {
    return Refuse(400, "NoAttributeToModify", "modify-snapshot.attributes",
                  "No attribute to modify is given.");
  }
  const auto next = ModifySnapshot(*snapshot, attributes, call.tx.Now());
  if (!next) return Fail(next.error());
  call.tx.Put(*next);
  if (attributes.retention_days) ScheduleExpiry(call.tx, *next);
  return Answer{};
}

// Snapshots are open to every account from the start.
Result<Answer> OpenSnapshotService(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  return Answer{};
}

}  // namespace cloudapi
