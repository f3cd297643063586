#include "cloudapi/actions/lookup.h"

#include <fmt/format.h>

#include <algorithm>

namespace cloudapi {
namespace {

template <class Object>
Result<Object> Found(std::optional<Object> object, const ActionCall& call, std::string_view kind,
                     const std::string& id, std::string_view code) {
  if (object) return std::move(*object);
  const std::string place =
      call.caller.region.empty() ? "any region" : "region " + call.caller.region;
  return Refuse(404, code, fmt::format("{}.exists", kind),
                fmt::format("{} {} is not in {} of this account", kind, id, place),
                {{std::string(kind), id}, {"region", call.caller.region}});
}

}  // namespace

Result<Disk> FindDisk(const WriteCall& call, const std::string& id) {
  return Found(call.tx.Find<Disk>(call.caller.account, call.caller.region, id), call, "disk", id,
               "InvalidDiskId.NotFound");
}

Result<Snapshot> FindSnapshot(const WriteCall& call, const std::string& id) {
  return Found(call.tx.Find<Snapshot>(call.caller.account, call.caller.region, id), call,
               "snapshot", id, "InvalidSnapshotId.NotFound");
}

Result<Instance> FindInstance(const WriteCall& call, const std::string& id) {
  return Found(call.tx.Find<Instance>(call.caller.account, call.caller.region, id), call,
               "instance", id, "InvalidInstanceId.NotFound");
}

bool IsOneProgressing(const std::vector<Snapshot>& snapshots) {
  return std::ranges::find(snapshots, SnapshotStatus::kProgressing, &Snapshot::status) !=
         snapshots.end();
}

Result<void> CheckResourceGroup(const std::string& id) {
  if (id.empty() || id.starts_with("rg-")) return {};
  return Refuse(404, "InvalidResourceGroup.NotFound", "resource-group.exists",
                fmt::format("resource group {} is unknown", id), {{"resource-group", id}});
}

}  // namespace cloudapi
