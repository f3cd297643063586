#pragma once
// Locks that keep snapshots from being deleted, as functions of values: no clock, no database.
// Source: ECS API reference, LockSnapshot, UnlockSnapshot.
#include <cstdint>
#include <optional>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

struct LockTerms {
  std::int64_t days = 0;            // the whole lock, cool-off included
  std::int64_t cool_off_hours = 0;  // at its beginning; 0: none
};

// The snapshot locked from `now`; within a cool-off everything is set anew. After it a lock is only
// made longer, from the same beginning. Errors: 403 InvalidOperation.SnapshotNotAvailable unless
// accomplished, InvalidOperation.CoolOffPeriodExpired (a shorter lock or another cool-off after
// it); 400 InvalidCoolOffPeriod.ExceedLockDuration, InvalidLockDuration.ExceedRetentionDays.
Result<Snapshot> Lock(Snapshot snapshot, const LockTerms& terms, SysMillis now);

// The snapshot without a lock. Errors: 403 InvalidOperation.CoolOffPeriodExpired,
// InvalidOperation.SnapshotNotLocked (assumed; never locked, or expired).
Result<Snapshot> Unlock(Snapshot snapshot, SysMillis now);

// The snapshot with its lock as it stands at `now`.
Snapshot AgeLock(Snapshot snapshot, SysMillis now);

// When its cool-off ends, and when the lock does; nullopt: it has none.
std::optional<SysMillis> CoolOffEnd(const Snapshot& snapshot);
std::optional<SysMillis> LockEnd(const Snapshot& snapshot);
// The next of these after `now`.
std::optional<SysMillis> NextLockDate(const Snapshot& snapshot, SysMillis now);

}  // namespace cloudapi
