#include <fmt/format.h>

#include "cloudapi/actions/begin_copy.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/actions/tag_params.h"

namespace cloudapi {
namespace {

// An unknown snapshot is a 403 here.
Result<Snapshot> CopiedSnapshot(const WriteCall& call) {
  const std::string& id = call.args.TextOrEmpty("SnapshotId");
  auto source = call.tx.Find<Snapshot>(call.caller.account, call.caller.region, id);
  if (source) return std::move(*source);
  return Refuse(
      403, "InvalidSnapshotId.NotFound", "copy.snapshot-exists",
      fmt::format("There is no snapshot {} in region {} of this account.", id, call.caller.region),
      {{"snapshot", id}});
}

Result<void> CheckCopyServed(const WriteCall& call) {
  if (auto region =
          CheckRegion(call, {.unknown_status = 403, .unknown_code = "InvalidRegionId.NotExists"});
      !region) {
    return region;
  }
  if (auto count = CheckTagCount(call); !count) return count;
  return CheckResourceGroup(call.args.TextOrEmpty("ResourceGroupId"));
}

}  // namespace

Result<Answer> CopySnapshot(const WriteCall& call) {
  if (auto served = CheckCopyServed(call); !served) return Fail(served.error());
  const auto source = CopiedSnapshot(call);
  if (!source) return Fail(source.error());
  const auto copy =
      BeginCopy(call.tx, call.catalogue, *source,
                {.region = call.args.TextOrEmpty("DestinationRegionId"),
                 .name = call.args.TextOrEmpty("DestinationSnapshotName"),
                 .description = call.args.TextOrEmpty("DestinationSnapshotDescription"),
                 .retention_days = call.args.Integer("RetentionDays").value_or(0),
                 .encrypted = call.args.IsTrue("Encrypted"),
                 .kms_key_id = call.args.TextOrEmpty("KMSKeyId"),
                 .resource_group_id = call.args.TextOrEmpty("ResourceGroupId"),
                 .tags = TagsOf(call.args)},
                call.settings.delays.available);
  if (!copy) return Fail(copy.error());
  return TextAnswer("SnapshotId", copy->id);
}

}  // namespace cloudapi
