#include "cloudapi/actions/release_instance.h"

#include <fmt/format.h>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/transitions.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// Its bytes are under way, or a snapshot is made of what would go.
Result<void> CheckIdle(Tx& tx, const Disk& disk, bool goes) {
  const bool busy =
      disk.status == DiskStatus::kReIniting || (goes && IsOneProgressing(tx.SnapshotsOf(disk)));
  if (!busy) return {};
  return Refuse(403, "IncorrectInstanceStatus", "delete-instance.disk",
                fmt::format("Disk {} is {} or under a snapshot that progresses.", disk.id,
                            WordOf(disk.status)),
                {{"disk", disk.id}});
}

// The disk leaves an instance that has no device of it, so nothing is waited for. With
// DeleteWithInstance it goes too.
bool GoesAlong(const Disk& disk) {
  return disk.delete_with_instance && disk.attachments.size() == 1;
}

void LetGo(Tx& tx, const Instance& instance, const Disk& disk) {
  if (GoesAlong(disk)) {
    ReleaseDisk(tx, disk);
    return;
  }
  const auto detaching = ForceDetach(disk, instance.id);
  if (!detaching) return;
  const auto detached = CompleteDetach(*detaching, instance.id, tx.Now());
  if (detached) tx.Put(*detached);
}

std::optional<SysMillis> ReleaseTimeOf(const std::string& text) {
  const auto time = base::ParseTime(text);
  if (!time) return std::nullopt;
  return SysMillis(std::chrono::floor<std::chrono::minutes>(*time));
}

}  // namespace

Result<void> CheckRelease(Tx& tx, const Instance& instance) {
  if (const auto system = tx.SystemDiskOf(instance)) {
    if (auto free = CheckIdle(tx, *system, true); !free) return free;
  }
  for (const Disk& disk : tx.DataDisksOf(instance)) {
    if (auto free = CheckIdle(tx, disk, GoesAlong(disk)); !free) return free;
  }
  return {};
}

Result<void> CheckAutoRelease(Tx& tx, Instance instance) {
  instance.deletion_protection = false;
  if (auto allowed = CheckDeleteInstance(instance, true); !allowed) return allowed;
  return CheckRelease(tx, instance);
}

void ReleaseInstance(Tx& tx, const Instance& instance) {
  for (const Disk& disk : tx.DataDisksOf(instance)) LetGo(tx, instance, disk);
  tx.Unschedule(instance);
  RemoveInstance(tx, instance);
}

Result<void> CheckReleaseTime(const std::string& text, SysMillis now) {
  if (text.empty()) return {};
  const auto time = ReleaseTimeOf(text);
  const bool fits = time && *time >= now + kSoonestRelease && *time <= now + kLatestRelease;
  if (fits) return {};
  return Refuse(400, "InvalidAutoReleaseTime.Malformed", "release.time",
                "AutoReleaseTime takes a UTC time such as 2024-01-01T00:00:00Z, 30 minutes to 3 "
                "years ahead.",
                {{"AutoReleaseTime", text}});
}

void SetReleaseTime(Tx& tx, Instance& instance, const std::string& text) {
  tx.Unschedule(instance, Step::kInstanceRelease);
  const auto time = ReleaseTimeOf(text);
  SetOption(instance, kReleaseTime, time ? base::FormatTime(*time) : "");
  if (time) tx.Schedule(instance, Step::kInstanceRelease, *time - tx.Now());
}

}  // namespace cloudapi
