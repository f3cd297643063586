#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Category is no longer used by the service, but its words are checked.
Result<void> CheckCategory(const Arguments& args) {
  const std::string category = args.TextOr("Category", "standard");
  if (category == "standard" || !args.IsTrue("InstantAccess")) return {};
  return Refuse(403, "InvalidCategoryAndInstantAccess.Malformed", "snapshot.instant-access",
                fmt::format("A snapshot of category {} has no instant access.", category),
                {{"category", category}});
}

Result<void> CheckGivenName(const std::string& name) {
  if (name.empty()) return {};
  return CheckSnapshotName(name);
}

Result<void> CheckTexts(const Arguments& args) {
  for (const Result<void>& checked :
       {CheckGivenName(args.TextOrEmpty("SnapshotName")),
        CheckDescription(args.TextOrEmpty("Description"), 404), CheckTags(TagsOf(args)),
        CheckCategory(args), CheckResourceGroup(args.TextOrEmpty("ResourceGroupId"))}) {
    if (!checked) return checked;
  }
  return {};
}

SnapshotTerms SnapshotTermsOf(const WriteCall& call, const Disk& disk) {
  const std::vector<Snapshot> snapshots = call.tx.SnapshotsOf(disk);
  return {.allow_never_attached = call.settings.snapshot_never_attached,
          .snapshot_progressing = IsOneProgressing(snapshots),
          .existing = std::ranges::count(snapshots, SnapshotType::kUser, &Snapshot::type),
          .instances = call.tx.InstancesOf(disk)};
}

}  // namespace

Result<Answer> CreateSnapshot(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto texts = CheckTexts(call.args); !texts) return Fail(texts.error());
  auto snapshot = StartSnapshot(*disk, SnapshotTermsOf(call, *disk));
  if (!snapshot) return Fail(snapshot.error());
  const topology::Category* category = call.catalogue.FindCategory(disk->category);
  snapshot->id = call.tx.NextId<Snapshot>(call.catalogue.FindRegion(disk->region)->id_code);
  snapshot->name = call.args.TextOrEmpty("SnapshotName");
  snapshot->description = call.args.TextOrEmpty("Description");
  snapshot->retention_days = call.args.Integer("RetentionDays").value_or(0);
  snapshot->instant_access = category != nullptr && category->instant_snapshot;
  snapshot->resource_group_id = call.args.TextOrEmpty("ResourceGroupId");
  snapshot->tags = TagsOf(call.args);
  snapshot->requested_time = call.tx.Now();
  snapshot->seq = call.tx.NextSeq();
  call.tx.Put(*snapshot);
  call.tx.Schedule(*snapshot, Step::kSnapshotCut, call.settings.delays.cut);
  return TextAnswer("SnapshotId", snapshot->id);
}

}  // namespace cloudapi
