#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/snapshot_groups/snapshot_groups.h"
#include "cloudapi/base/json.h"
#include "cloudapi/rules/snapshot_group.h"

namespace cloudapi {
namespace {

void WriteProgress(JsonWriter& json, const Snapshot& member, const Result<void>& gone) {
  json.BeginObject()
      .Field("OperationStatus", gone ? "Success" : "Failed")
      .Field("ErrorCode", gone ? "" : gone.error().code)
      .Field("ErrorMsg", gone ? "" : gone.error().message);
  json.Key("RelatedItemSet").BeginObject().Key("RelatedItem").BeginArray();
  json.BeginObject().Field("Name", "SnapshotId").Field("Value", member.id).EndObject();
  json.EndArray().EndObject().EndObject();
}

}  // namespace

// As of DeleteSnapshot with Force, member by member: the group goes with the last of them.
Result<Answer> DeleteSnapshotGroup(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const std::string id = call.args.TextOrEmpty("SnapshotGroupId");
  const auto group = Find<SnapshotGroup>(call, id);
  // A repeated call has nothing left to do.
  if (!group && !call.tx.WasDeleted(call.caller.account, id)) return Fail(group.error());
  JsonWriter json;
  json.Key("OperationProgressSet").BeginObject().Key("OperationProgress").BeginArray();
  if (group) {
    for (const Snapshot& member : call.tx.SnapshotsOf(*group)) {
      const Result<void> allowed = CheckRelease(call.tx, member, /*force=*/true);
      if (allowed) ReleaseSnapshot(call.tx, member);
      WriteProgress(json, member, allowed);
    }
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

Result<Answer> ModifySnapshotGroup(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto group = Find<SnapshotGroup>(call, call.args.TextOrEmpty("SnapshotGroupId"));
  if (!group) return Fail(group.error());
  GroupAttributes attributes{.name = call.args.Text("Name")};
  if (call.args.Has("Description")) attributes.description = call.args.TextOrEmpty("Description");
  const auto next = ModifyGroup(*group, attributes);
  if (!next) return Fail(next.error());
  call.tx.Put(*next);
  return Answer{};
}

}  // namespace cloudapi
