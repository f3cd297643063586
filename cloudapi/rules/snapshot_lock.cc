#include "cloudapi/rules/snapshot_lock.h"

#include <fmt/format.h>

namespace cloudapi {
namespace {

tl::unexpected<ApiError> CoolOffExpired(const Snapshot& snapshot, std::string_view what) {
  return Refuse(
      403, "InvalidOperation.CoolOffPeriodExpired", "lock.cool-off",
      fmt::format("The cool-off period of the lock of snapshot {} is over: {}.", snapshot.id, what),
      {{"snapshot.lock", std::string(WordOf(snapshot.lock_status))}});
}

// A lock must not outlast what it keeps.
Result<void> CheckRetentionCovers(const Snapshot& snapshot) {
  if (snapshot.retention_days == 0) return {};
  if (*LockEnd(snapshot) <= *snapshot.creation_time + std::chrono::days(snapshot.retention_days))
    return {};
  return Refuse(400, "InvalidLockDuration.ExceedRetentionDays", "lock.retention",
                fmt::format("Snapshot {} is kept for {} days from its creation; a lock of {} days "
                            "would end later.",
                            snapshot.id, snapshot.retention_days, snapshot.lock_days),
                {{"retention", std::to_string(snapshot.retention_days)},
                 {"lock-duration", std::to_string(snapshot.lock_days)}});
}

}  // namespace

std::optional<SysMillis> CoolOffEnd(const Snapshot& snapshot) {
  if (!snapshot.lock_time) return std::nullopt;
  return *snapshot.lock_time + std::chrono::hours(snapshot.cool_off_hours);
}

std::optional<SysMillis> LockEnd(const Snapshot& snapshot) {
  if (!snapshot.lock_time) return std::nullopt;
  return *snapshot.lock_time + std::chrono::days(snapshot.lock_days);
}

std::optional<SysMillis> NextLockDate(const Snapshot& snapshot, SysMillis now) {
  for (const auto& date : {CoolOffEnd(snapshot), LockEnd(snapshot)})
    if (date && *date > now) return date;
  return std::nullopt;
}

Snapshot AgeLock(Snapshot snapshot, SysMillis now) {
  if (!snapshot.lock_time) return snapshot;
  snapshot.lock_status = now >= *LockEnd(snapshot)      ? LockStatus::kExpired
                         : now >= *CoolOffEnd(snapshot) ? LockStatus::kCompliance
                                                        : LockStatus::kCoolOff;
  return snapshot;
}

Result<Snapshot> Lock(Snapshot snapshot, const LockTerms& terms, SysMillis now) {
  snapshot = AgeLock(std::move(snapshot), now);
  if (snapshot.status != SnapshotStatus::kAccomplished) {
    return Refuse(403, "InvalidOperation.SnapshotNotAvailable", "lock.snapshot-status",
                  fmt::format("Snapshot {} is {}, it must be accomplished.", snapshot.id,
                              WordOf(snapshot.status)),
                  {{"snapshot.status", std::string(WordOf(snapshot.status))}});
  }
  if (std::chrono::hours(terms.cool_off_hours) > std::chrono::days(terms.days)) {
    return Refuse(400, "InvalidCoolOffPeriod.ExceedLockDuration", "lock.cool-off-in-lock",
                  fmt::format("A cool-off of {} hours is longer than a lock of {} days.",
                              terms.cool_off_hours, terms.days),
                  {{"cool-off", std::to_string(terms.cool_off_hours)},
                   {"lock-duration", std::to_string(terms.days)}});
  }
  if (snapshot.lock_status == LockStatus::kCompliance) {
    if (terms.cool_off_hours != 0) return CoolOffExpired(snapshot, "CoolOffPeriod must be 0");
    if (terms.days < snapshot.lock_days)
      return CoolOffExpired(snapshot, "the lock can only be made longer");
  } else {
    snapshot.lock_mode = kCompliance;
    snapshot.lock_time = now;
    snapshot.cool_off_hours = terms.cool_off_hours;
  }
  snapshot.lock_days = terms.days;
  if (auto covers = CheckRetentionCovers(snapshot); !covers) return Fail(covers.error());
  return AgeLock(std::move(snapshot), now);
}

Result<Snapshot> Unlock(Snapshot snapshot, SysMillis now) {
  snapshot = AgeLock(std::move(snapshot), now);
  if (snapshot.lock_status == LockStatus::kCompliance)
    return CoolOffExpired(snapshot, "it cannot be unlocked");
  if (snapshot.lock_status != LockStatus::kCoolOff) {
    return Refuse(403, "InvalidOperation.SnapshotNotLocked", "unlock.locked",
                  fmt::format("Snapshot {} is not locked.", snapshot.id),
                  {{"snapshot.lock", std::string(WordOf(snapshot.lock_status))}});
  }
  snapshot.lock_status = LockStatus::kNone;
  snapshot.lock_mode.clear();
  snapshot.lock_time.reset();
  snapshot.lock_days = snapshot.cool_off_hours = 0;
  return snapshot;
}

}  // namespace cloudapi
