// Locks that keep a snapshot from being deleted.
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/snapshot_dates.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/rules/snapshot_lock.h"

namespace cloudapi {
namespace {

// What is answered of a lock, after its place in a listing. It expires by itself, so its dates are
// told, not what is left.
constexpr std::string_view kLockRow =
    "json_object('SnapshotId', o.id, 'LockMode', o.lock_mode, 'LockStatus', o.lock_status, "
    "'LockCreationTime', strftime('%Y-%m-%dT%H:%M:%SZ', o.lock_time / 1000, 'unixepoch'), "
    "'LockDuration', o.lock_days, 'LockDurationStartTime', strftime('%Y-%m-%dT%H:%M:%SZ', "
    "o.lock_time / 1000, 'unixepoch'), 'LockExpiredTime', strftime('%Y-%m-%dT%H:%M:%SZ', "
    "o.lock_time / 1000 + o.lock_days * 86400, 'unixepoch'), 'CoolOffPeriod', o.cool_off_hours, "
    "'CoolOffPeriodExpiredTime', strftime('%Y-%m-%dT%H:%M:%SZ', o.lock_time / 1000 + "
    "o.cool_off_hours * 3600, 'unixepoch'))";

Result<Conditions> Listed(const ReadCall& call, const Filter& filter) {
  const auto& ids = call.args.List(filter.param);
  return ids.empty() ? Conditions{} : Conditions{where::Ids{ids}};
}

// Those that are or were locked, and not unlocked.
Result<Conditions> EverLocked(const ReadCall&, const Filter&) {
  return Conditions{where::Is{"lock_mode", std::string(kCompliance)}};
}

constexpr Filter kLockFilters[] = {
    {"SnapshotIds", Listed},
    {"LockStatus", filters::Text, "lock_status"},
    {.conditions = EverLocked},
};

Result<Snapshot> FindInRegion(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  return Find<Snapshot>(call, call.args.TextOrEmpty("SnapshotId"));
}

}  // namespace

Result<Answer> LockSnapshot(const WriteCall& call) {
  const auto snapshot = FindInRegion(call);
  if (!snapshot) return Fail(snapshot.error());
  const auto locked = Lock(*snapshot,
                           {.days = *call.args.Integer("LockDuration"),
                            .cool_off_hours = *call.args.Integer("CoolOffPeriod")},
                           call.tx.Now());
  if (!locked) return Fail(locked.error());
  call.tx.Put(*locked);
  ScheduleLock(call.tx, *locked);
  const Page page = call.tx.List({.kind = &KindOf<Snapshot>(),
                                  .account = locked->account,
                                  .region = locked->region,
                                  .conditions = {where::Ids{{locked->id}}},
                                  .row = kLockRow},
                                 {.limit = 1});
  return Answer{.members = "\"LockedSnapshotInfo\":" + page.documents};
}

Result<Answer> UnlockSnapshot(const WriteCall& call) {
  const auto snapshot = FindInRegion(call);
  if (!snapshot) return Fail(snapshot.error());
  const auto unlocked = Unlock(*snapshot, call.tx.Now());
  if (!unlocked) return Fail(unlocked.error());
  call.tx.Put(*unlocked);
  ScheduleLock(call.tx, *unlocked);
  return Answer{};
}

Result<Answer> DescribeLockedSnapshots(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Snapshot>(),
                     .action = "DescribeLockedSnapshots",
                     .outer = "LockedSnapshotsInfo",
                     .filters = kLockFilters,
                     .paging = {.tokens_only = true},
                     .row = kLockRow});
}

}  // namespace cloudapi
