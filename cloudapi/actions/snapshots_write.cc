#include "cloudapi/actions/snapshots_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "cloudapi/actions/lookup.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// Category is no longer used by the service, but its words are checked.
Result<void> CheckCategory(const Params& params) {
  const auto category = params.String("Category");
  if (!category) return {};
  constexpr std::array<std::string_view, 3> kWords = {"standard", "flash", "archive"};
  const std::string word = base::Lower(*category);
  if (std::ranges::find(kWords, word) == kWords.end()) {
    return Refuse(403, "InvalidSnapshotCategory.Malformed", "snapshot.category",
                  fmt::format("Category is {}, it must be Standard, Flash or Archive", *category),
                  {{"category", *category}});
  }
  if (word == "standard" || !params.Boolean("InstantAccess").value_or(false)) return {};
  return Refuse(403, "InvalidCategoryAndInstantAccess.Malformed", "snapshot.instant-access",
                fmt::format("a snapshot of Category {} has no instant access", *category),
                {{"category", *category}});
}

Result<void> CheckSnapshotName(const std::string& name) {
  constexpr std::string_view kCode = "InvalidSnapshotName.Malformed";
  if (name.empty()) return {};
  if (name.starts_with("auto")) {
    return Refuse(400, kCode, "snapshot.name-auto",
                  fmt::format("name \"{}\" begins with auto, as only automatic snapshots do", name),
                  {{"name", name}});
  }
  return CheckName(name, kCode);
}

Result<void> CheckTexts(const Params& params) {
  for (const Result<void>& checked :
       {CheckSnapshotName(params.StringOr("SnapshotName", "")),
        CheckDescription(params.StringOr("Description", ""), 404), CheckTags(TagsOf(params)),
        CheckCategory(params), CheckResourceGroup(params.StringOr("ResourceGroupId", ""))}) {
    if (!checked) return checked;
  }
  return {};
}

SnapshotTerms TermsOf(const ActionContext& context, Tx& tx, const Disk& disk) {
  const std::vector<Snapshot> snapshots = tx.SnapshotsOf(disk);
  const bool progressing = std::ranges::find(snapshots, SnapshotStatus::kProgressing,
                                             &Snapshot::status) != snapshots.end();
  return {.allow_never_attached = context.settings.snapshot_never_attached,
          .snapshot_progressing = progressing,
          .existing = static_cast<std::int64_t>(snapshots.size()),
          .instances = InstancesOf(tx, disk)};
}

}  // namespace

Result<Answer> CreateSnapshot(const ActionContext& context, Tx& tx, const Params& params) {
  const auto disk = FindDisk(context, tx, params.StringOr("DiskId", ""));
  if (!disk) return Fail(disk.error());
  if (auto texts = CheckTexts(params); !texts) return Fail(texts.error());
  auto snapshot = StartSnapshot(*disk, TermsOf(context, tx, *disk));
  if (!snapshot) return Fail(snapshot.error());
  const topology::Category* category = context.catalogue.FindCategory(disk->category);
  snapshot->id = tx.NextId<Snapshot>(context.catalogue.FindRegion(disk->region)->id_code);
  snapshot->name = params.StringOr("SnapshotName", "");
  snapshot->description = params.StringOr("Description", "");
  snapshot->retention_days = params.Integer("RetentionDays").value_or(0);
  snapshot->instant_access = category != nullptr && category->instant_snapshot;
  snapshot->resource_group_id = params.StringOr("ResourceGroupId", "");
  snapshot->tags = TagsOf(params);
  snapshot->requested_time = tx.Now();
  snapshot->seq = tx.NextSeq();
  tx.Put(*snapshot);
  AddJob(tx, *snapshot, job_kinds::kSnapshotCut, context.settings.delays.cut);
  return Answer{fmt::format("\"SnapshotId\":\"{}\"", snapshot->id)};
}

Result<Answer> DeleteSnapshot(const ActionContext& context, Tx& tx, const Params& params) {
  const std::string id = params.StringOr("SnapshotId", "");
  const auto snapshot = FindSnapshot(context, tx, id);
  if (!snapshot) {
    // A repeated call is answered like the first one.
    if (tx.WasDeleted(context.call.account, id)) return Answer{};
    return Fail(snapshot.error());
  }
  if (tx.CountDisksOf(*snapshot, true) > 0) {
    return Refuse(403, "Operation.Conflict", "delete-snapshot.filling",
                  fmt::format("a disk is being filled from snapshot {}", snapshot->id),
                  {{"snapshot", snapshot->id}});
  }
  const auto allowed = CheckDeleteSnapshot(*snapshot, tx.CountDisksOf(*snapshot),
                                           params.Boolean("Force").value_or(false));
  if (!allowed) return Fail(allowed.error());
  RemoveJobs(tx, *snapshot);
  tx.Erase(*snapshot);
  AddJob(tx, *snapshot, job_kinds::kSnapshotUnlink, std::chrono::milliseconds(0));
  return Answer{};
}

}  // namespace cloudapi
