#include <fmt/format.h>

#include <utility>

#include "cloudapi/actions/begin_snapshot.h"
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

Result<void> CheckTexts(const WriteCall& call) {
  const Arguments& args = call.args;
  for (const Result<void>& checked :
       {CheckGivenName(args.TextOrEmpty("SnapshotName")),
        CheckDescription(args.TextOrEmpty("Description"), 404), CheckNewTags(call, TagsOf(args)),
        CheckCategory(args), CheckResourceGroup(args.TextOrEmpty("ResourceGroupId"))}) {
    if (!checked) return checked;
  }
  return {};
}

}  // namespace

Result<Answer> CreateSnapshot(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto texts = CheckTexts(call); !texts) return Fail(texts.error());
  auto started =
      StartSnapshot(*disk, SnapshotTermsOf(call, *disk, call.settings.snapshot_never_attached));
  if (!started) return Fail(started.error());
  started->name = call.args.TextOrEmpty("SnapshotName");
  started->description = call.args.TextOrEmpty("Description");
  started->retention_days = call.args.Integer("RetentionDays").value_or(0);
  started->resource_group_id = call.args.TextOrEmpty("ResourceGroupId");
  started->tags = TagsOf(call.args);
  const Snapshot snapshot =
      BeginSnapshot(call.tx, call.catalogue, std::move(*started), call.settings.delays.cut);
  return TextAnswer("SnapshotId", snapshot.id);
}

}  // namespace cloudapi
