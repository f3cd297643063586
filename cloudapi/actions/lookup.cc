#include "cloudapi/actions/lookup.h"

#include <fmt/format.h>

#include <algorithm>

namespace cloudapi {
namespace {

template <class Object>
Result<Object> Found(std::optional<Object> object, const ActionContext& context,
                     std::string_view kind, const std::string& id, std::string_view code) {
  if (object) return std::move(*object);
  const std::string place =
      context.call.region.empty() ? "any region" : "region " + context.call.region;
  return Refuse(404, code, fmt::format("{}.exists", kind),
                fmt::format("{} {} is not in {} of this account", kind, id, place),
                {{std::string(kind), id}, {"region", context.call.region}});
}

}  // namespace

Result<Disk> FindDisk(const ActionContext& context, Tx& tx, const std::string& id) {
  return Found(tx.Find<Disk>(context.call.account, context.call.region, id), context, "disk", id,
               "InvalidDiskId.NotFound");
}

Result<Snapshot> FindSnapshot(const ActionContext& context, Tx& tx, const std::string& id) {
  return Found(tx.Find<Snapshot>(context.call.account, context.call.region, id), context,
               "snapshot", id, "InvalidSnapshotId.NotFound");
}

Result<Instance> FindInstance(const ActionContext& context, Tx& tx, const std::string& id) {
  return Found(tx.Find<Instance>(context.call.account, context.call.region, id), context,
               "instance", id, "InvalidInstanceId.NotFound");
}

std::vector<Instance> InstancesOf(Tx& tx, const Disk& disk) {
  std::vector<Instance> instances;
  for (const Attachment& attachment : disk.attachments) {
    auto instance = tx.Find<Instance>(disk.account, disk.region, attachment.instance_id);
    if (instance) instances.push_back(std::move(*instance));
  }
  return instances;
}

bool IsSnapshotProgressing(Tx& tx, const Disk& disk) {
  const std::vector<Snapshot> snapshots = tx.SnapshotsOf(disk);
  return std::ranges::find(snapshots, SnapshotStatus::kProgressing, &Snapshot::status) !=
         snapshots.end();
}

Result<void> CheckResourceGroup(const std::string& id) {
  if (id.empty() || id.starts_with("rg-")) return {};
  return Refuse(404, "InvalidResourceGroup.NotFound", "resource-group.exists",
                fmt::format("resource group {} is unknown", id), {{"resource-group", id}});
}

}  // namespace cloudapi
