#include <fmt/format.h>

#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Retention goes on only, and what was never limited cannot be limited in the past.
Result<void> CheckRetention(const Snapshot& snapshot, std::int64_t days, SysMillis now) {
  if (!snapshot.creation_time) {
    return Refuse(400, "InvalidSnapshotId.NotReady", "modify-snapshot.cut",
                  fmt::format("Snapshot {} is not cut yet, so no retention counts.", snapshot.id),
                  {{"snapshot.status", std::string(WordOf(snapshot.status))}});
  }
  const bool shorter = snapshot.retention_days > 0 && days < snapshot.retention_days;
  const bool over = *snapshot.creation_time + std::chrono::days(days) <= now;
  if (!shorter && !over) return {};
  return Refuse(400, "InvalidOperation.DecreaseRetentionDaysUnsupported",
                "modify-snapshot.retention",
                fmt::format("Snapshot {} is kept for {} days; {} days would be shorter or over.",
                            snapshot.id, snapshot.retention_days, days),
                {{"retention", std::to_string(snapshot.retention_days)},
                 {"new-retention", std::to_string(days)}});
}

}  // namespace

Result<void> CheckSnapshotName(std::string_view name) {
  constexpr std::string_view kCode = "InvalidSnapshotName.Malformed";
  if (!name.starts_with("auto")) return CheckName(name, kCode);
  return Refuse(
      400, kCode, "snapshot.name-auto",
      fmt::format("The name \"{}\" begins with auto, as only automatic snapshots do.", name),
      {{"name", std::string(name)}});
}

Result<Snapshot> ModifySnapshot(Snapshot snapshot, const SnapshotAttributes& attributes,
                                SysMillis now) {
  if (attributes.name) {
    if (auto name = CheckSnapshotName(*attributes.name); !name) return Fail(name.error());
    snapshot.name = *attributes.name;
  }
  if (attributes.description) {
    auto text = CheckDescription(*attributes.description, 404);
    if (!text) return Fail(text.error());
    snapshot.description = *attributes.description;
  }
  if (attributes.retention_days) {
    auto kept = CheckRetention(snapshot, *attributes.retention_days, now);
    if (!kept) return Fail(kept.error());
    snapshot.retention_days = *attributes.retention_days;
  }
  snapshot.last_modified_time = now;
  return snapshot;
}

}  // namespace cloudapi
