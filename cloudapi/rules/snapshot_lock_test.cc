#include "cloudapi/rules/snapshot_lock.h"

#include <gtest/gtest.h>

#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr SysMillis kMade{milliseconds(1700000000000)};
constexpr SysMillis kLockedAt = kMade + days(1);

Snapshot Whole(std::int64_t retention_days = 0) {
  return {.id = "s-1",
          .status = SnapshotStatus::kAccomplished,
          .available = true,
          .retention_days = retention_days,
          .creation_time = kMade};
}
// For two days, of which one is the cool-off.
Snapshot Locked() {
  return Lock(Whole(), {.days = 2, .cool_off_hours = 24}, kLockedAt).value();
}
template <class T>
std::string CodeOf(const Result<T>& result) {
  return result ? "" : result.error().code;
}

TEST(SnapshotLockTest, GivenLockWhenTimePassesThenCoolOffComplianceExpired) {
  const Snapshot locked = Locked();
  EXPECT_EQ(locked.lock_status, LockStatus::kCoolOff);
  EXPECT_EQ(locked.lock_mode, kCompliance);
  EXPECT_EQ(NextLockDate(locked, kLockedAt), kLockedAt + days(1));
  const Snapshot later = AgeLock(locked, kLockedAt + days(1));
  EXPECT_EQ(later.lock_status, LockStatus::kCompliance);
  EXPECT_EQ(NextLockDate(later, kLockedAt + days(1)), kLockedAt + days(2));
  const Snapshot over = AgeLock(later, kLockedAt + days(2));
  EXPECT_EQ(over.lock_status, LockStatus::kExpired);
  EXPECT_EQ(NextLockDate(over, kLockedAt + days(2)), std::nullopt);
  EXPECT_EQ(AgeLock(Whole(), kLockedAt).lock_status, LockStatus::kNone);
}

TEST(SnapshotLockTest, GivenEachStandOfALockWhenDeletedThenOnlyCoolOffAndComplianceRefuse) {
  const auto code = [](const Snapshot& snapshot) {
    return CodeOf(CheckDeleteSnapshot(snapshot, 0, true));
  };
  EXPECT_EQ(code(Whole()), "");
  EXPECT_EQ(code(Locked()), "InvalidOperation.SnapshotLocked");
  EXPECT_EQ(code(AgeLock(Locked(), kLockedAt + days(1))), "InvalidOperation.SnapshotLocked");
  EXPECT_EQ(code(AgeLock(Locked(), kLockedAt + days(2))), "");
}

TEST(SnapshotLockTest, GivenTermsWhenLockedThenWhatIsRefused) {
  const auto code = [](const Snapshot& snapshot, std::int64_t lock_days, std::int64_t cool_off) {
    return CodeOf(Lock(snapshot, {.days = lock_days, .cool_off_hours = cool_off}, kLockedAt));
  };
  EXPECT_EQ(code(Whole(), 1, 24), "");
  EXPECT_EQ(code(Whole(), 1, 25), "InvalidCoolOffPeriod.ExceedLockDuration");
  EXPECT_EQ(code(Whole(3), 2, 0), "");
  EXPECT_EQ(code(Whole(3), 3, 0), "InvalidLockDuration.ExceedRetentionDays");
  for (const auto status : {SnapshotStatus::kProgressing, SnapshotStatus::kFailed}) {
    Snapshot snapshot = Whole();
    snapshot.status = status;
    EXPECT_EQ(code(snapshot, 1, 0), "InvalidOperation.SnapshotNotAvailable");
  }
}

TEST(SnapshotLockTest, GivenCoolOffWhenLockedAgainThenEverythingIsSetAnew) {
  const SysMillis now = kLockedAt + hours(3);
  const Snapshot again = Lock(Locked(), {.days = 1, .cool_off_hours = 0}, now).value();
  EXPECT_EQ(again.lock_time, now);
  EXPECT_EQ(again.lock_status, LockStatus::kCompliance);
  EXPECT_EQ(LockEnd(again), now + days(1));
}

TEST(SnapshotLockTest, GivenCoolOffIsOverWhenLockedAgainThenOnlyLonger) {
  const SysMillis now = kLockedAt + days(1);
  EXPECT_EQ(CodeOf(Lock(Locked(), {.days = 3, .cool_off_hours = 1}, now)),
            "InvalidOperation.CoolOffPeriodExpired");
  EXPECT_EQ(CodeOf(Lock(Locked(), {.days = 1}, now)), "InvalidOperation.CoolOffPeriodExpired");
  const Snapshot longer = Lock(Locked(), {.days = 3}, now).value();
  EXPECT_EQ(longer.lock_time, kLockedAt);
  EXPECT_EQ(longer.cool_off_hours, 24);
  EXPECT_EQ(LockEnd(longer), kLockedAt + days(3));
}

TEST(SnapshotLockTest, GivenLockThatIsOverWhenLockedThenANewOne) {
  const SysMillis now = kLockedAt + days(2);
  const Snapshot again = Lock(Locked(), {.days = 1, .cool_off_hours = 2}, now).value();
  EXPECT_EQ(again.lock_time, now);
  EXPECT_EQ(again.lock_status, LockStatus::kCoolOff);
}

TEST(SnapshotLockTest, GivenLockWhenUnlockedThenOnlyWithinItsCoolOff) {
  EXPECT_EQ(Unlock(Locked(), kLockedAt + hours(23)).value(), Whole());
  EXPECT_EQ(CodeOf(Unlock(Locked(), kLockedAt + hours(24))),
            "InvalidOperation.CoolOffPeriodExpired");
  EXPECT_EQ(CodeOf(Unlock(Locked(), kLockedAt + days(2))), "InvalidOperation.SnapshotNotLocked");
  EXPECT_EQ(CodeOf(Unlock(Whole(), kLockedAt)), "InvalidOperation.SnapshotNotLocked");
}

}  // namespace
}  // namespace cloudapi
