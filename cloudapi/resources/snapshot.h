#pragma once
// A snapshot as a value. Times are of the cloud's clock. Field meaning: ECS API reference,
// DescribeSnapshots.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/disk.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class SnapshotStatus { kProgressing, kAccomplished, kFailed };
template <>
inline constexpr std::array kWords<SnapshotStatus> = {
    Spelling<SnapshotStatus>{SnapshotStatus::kProgressing, "progressing"},
    Spelling<SnapshotStatus>{SnapshotStatus::kAccomplished, "accomplished"},
    Spelling<SnapshotStatus>{SnapshotStatus::kFailed, "failed"},
};

// What made it: a call, or an automatic snapshot policy.
enum class SnapshotType { kUser, kAuto };
template <>
inline constexpr std::array kWords<SnapshotType> = {
    Spelling<SnapshotType>{SnapshotType::kUser, "user"},
    Spelling<SnapshotType>{SnapshotType::kAuto, "auto"},
};

// Where a lock stands that keeps a snapshot from being deleted.
enum class LockStatus { kNone, kCoolOff, kCompliance, kExpired };
template <>
inline constexpr std::array kWords<LockStatus> = {
    Spelling<LockStatus>{LockStatus::kNone, ""},
    Spelling<LockStatus>{LockStatus::kCoolOff, "compliance-cooloff"},
    Spelling<LockStatus>{LockStatus::kCompliance, "compliance"},
    Spelling<LockStatus>{LockStatus::kExpired, "expired"},
};

// The one mode of a lock.
inline constexpr std::string_view kCompliance = "compliance";

// Category of a snapshot.
inline constexpr std::string_view kStandard = "standard";
inline constexpr std::string_view kArchive = "archive";

struct Snapshot {
  std::string id;  // "s-bp1…"
  std::string account;
  std::string region;
  SnapshotStatus status = SnapshotStatus::kProgressing;
  SnapshotType type = SnapshotType::kUser;
  bool available = false;
  int progress = 0;  // percent
  std::string name;
  std::string description;
  std::string policy_id;           // that began it; empty: none
  std::string group_id;            // that it is a member of; empty: none
  std::string source_snapshot_id;  // that it is a copy of, with its region; then it has no disk
  std::string source_region;
  std::int64_t copies_under_way = 0;  // copies of it that are not finished
  std::string source_disk_id;
  std::string source_zone;
  std::int64_t source_disk_size_gib = 0;
  std::string source_disk_type{kDataDisk};
  std::string source_category;
  bool encrypted = false;
  std::string kms_key_id;
  std::int64_t retention_days = 0;  // 0: for ever
  bool instant_access = false;
  std::string resource_group_id;
  SysMillis requested_time{};              // when CreateSnapshot was called
  std::optional<SysMillis> creation_time;  // when it was cut
  std::optional<SysMillis> last_modified_time;
  std::int64_t bytes = 0;      // allocated bytes of its image once cut
  std::string usage = "none";  // "disk" while disks made from it exist
  std::string failure;         // why it failed, empty otherwise
  std::string category{kStandard};
  // Its lock: whatever is set counts from lock_time.
  LockStatus lock_status = LockStatus::kNone;
  std::string lock_mode;  // kCompliance; empty: was never locked, or is unlocked
  std::optional<SysMillis> lock_time;
  std::int64_t lock_days = 0;
  std::int64_t cool_off_hours = 0;  // within which it may be unlocked
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const Snapshot&) const = default;
};

// Whether it must not be deleted.
inline bool IsLocked(const Snapshot& snapshot) {
  return snapshot.lock_status == LockStatus::kCoolOff ||
         snapshot.lock_status == LockStatus::kCompliance;
}

template <>
const Kind<Snapshot>& KindOf<Snapshot>();

}  // namespace cloudapi
