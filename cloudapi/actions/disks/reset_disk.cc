// Other bytes for a disk: those it was made of, or those of one of its snapshots; several disks at
// once.
#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/base/json.h"
#include "cloudapi/rules/disk_reset.h"

namespace cloudapi {
namespace {

ResetTerms ResetTermsOf(const WriteCall& call, const Disk& disk) {
  return {.snapshot_progressing = IsOneProgressing(call.tx.SnapshotsOf(disk)),
          .instances = call.tx.InstancesOf(disk)};
}

// `start`: the instance that is started once the disk has its bytes.
Result<Answer> Begin(const WriteCall& call, const Result<Disk>& next, const std::string& start) {
  if (!next) return Fail(next.error());
  call.tx.Put(*next);
  call.tx.Schedule(*next, Step::kDiskReset, call.settings.delays.reset, {.instance_id = start});
  return Answer{};
}

// Both must be there; that is asked before anything about their states.
struct ResetPair {
  Disk disk;
  Snapshot snapshot;
};
Result<ResetPair> FindPair(const WriteCall& call, const Arguments& args) {
  auto disk = Find<Disk>(call, args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  auto snapshot = Find<Snapshot>(call, args.TextOrEmpty("SnapshotId"));
  if (!snapshot) return Fail(snapshot.error());
  return ResetPair{.disk = std::move(*disk), .snapshot = std::move(*snapshot)};
}

Result<Answer> ResetTo(const WriteCall& call, const ResetPair& pair) {
  return Begin(call, Reset(pair.disk, pair.snapshot, ResetTermsOf(call, pair.disk)), "");
}

void WriteProgress(JsonWriter& json, const ResetPair& pair, const Result<Answer>& reset) {
  json.BeginObject()
      .Field("OperationStatus", reset ? "Success" : "Failed")
      .Field("ErrorCode", reset ? std::string() : reset.error().code)
      .Field("ErrorMsg", reset ? std::string() : reset.error().message);
  json.Key("RelatedItemSet").BeginObject().Key("RelatedItem").BeginArray();
  json.BeginObject().Field("Name", "DiskId").Field("Value", pair.disk.id).EndObject();
  json.BeginObject().Field("Name", "SnapshotId").Field("Value", pair.snapshot.id).EndObject();
  json.EndArray().EndObject().EndObject();
}

}  // namespace

Result<Answer> ReInitDisk(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto login = CheckLogin(call); !login) return Fail(login.error());
  std::optional<Snapshot> source;
  if (!disk->source_snapshot_id.empty())
    source = call.tx.Find<Snapshot>(disk->account, disk->region, disk->source_snapshot_id);
  const ResetTerms terms = ResetTermsOf(call, *disk);
  const auto next = ReInit(*disk, source ? &*source : nullptr, terms);
  const bool starts = call.args.IsTrue("AutoStartInstance") && !terms.instances.empty();
  return Begin(call, next, starts ? terms.instances.front().id : "");
}

Result<Answer> ResetDisk(const WriteCall& call) {
  const auto pair = FindPair(call, call.args);
  if (!pair) return Fail(pair.error());
  return ResetTo(call, *pair);
}

// Each disk for itself; the answer says which were refused.
Result<Answer> ResetDisks(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  JsonWriter json;
  json.Key("OperationProgressSet").BeginObject().Key("OperationProgress").BeginArray();
  for (const Arguments& row : call.args.Structs("Disk")) {
    if (!row.Text("DiskId") || !row.Text("SnapshotId")) {
      return Refuse(400, "MissingParameter", "reset-disks.pair",
                    "Each Disk.N needs a DiskId and a SnapshotId.");
    }
    const auto pair = FindPair(call, row);
    if (!pair) return Fail(pair.error());
    WriteProgress(json, *pair, ResetTo(call, *pair));
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
