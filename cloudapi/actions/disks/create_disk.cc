#include <fmt/format.h>

#include "cloudapi/actions/add_disk.h"
#include "cloudapi/actions/disk_quotas.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/region_settings.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

// Without RegionId the snapshot decides: its bytes lie in its region.
std::string RegionOf(const ActionCall& call, const std::optional<Snapshot>& source) {
  if (!call.caller.region.empty()) return call.caller.region;
  return source ? source->region : call.caller.default_region;
}

// Of a disk in a storage set: the number of partitions over which the set spreads.
std::optional<std::int64_t> StorageSetPartition(const Arguments& args) {
  constexpr std::int64_t kDefault = 2;
  if (!args.Text("StorageSetId")) return std::nullopt;
  return args.Integer("StorageSetPartitionNumber").value_or(kDefault);
}

DiskRequest RequestOf(const WriteCall& call, const std::optional<Snapshot>& source) {
  return {.region = RegionOf(call, source),
          .zone = call.args.TextOrEmpty("ZoneId"),
          .category = call.args.TextOrEmpty("DiskCategory"),
          .performance_level = call.args.TextOrEmpty("PerformanceLevel"),
          .size_gib = call.args.Integer("Size"),
          .name = call.args.TextOrEmpty("DiskName"),
          .description = call.args.TextOrEmpty("Description"),
          .encrypted = call.args.Boolean("Encrypted"),
          .kms_key_id = call.args.TextOrEmpty("KMSKeyId"),
          .default_key = DefaultKeyOf(call.tx, call.caller.account, RegionOf(call, source)),
          .multi_attach = call.args.TextOrEmpty("MultiAttach"),
          .provisioned_iops = call.args.Integer("ProvisionedIops"),
          .bursting = call.args.Boolean("BurstingEnabled"),
          .storage_set_id = call.args.TextOrEmpty("StorageSetId"),
          .storage_set_partition = StorageSetPartition(call.args),
          .resource_group_id = call.args.TextOrEmpty("ResourceGroupId"),
          .tags = TagsOf(call.args)};
}

// InstanceId asks for a subscription disk.
Result<void> CheckSubscription(const WriteCall& call) {
  const auto instance_id = call.args.Text("InstanceId");
  if (!instance_id) return {};
  if (const auto zone = call.args.Text("ZoneId")) {
    return Refuse(403, "InvalidParam.ZoneIdAndInstanceId.Conflict", "create-disk.place",
                  fmt::format("Zone {} and instance {} are both given.", *zone, *instance_id));
  }
  if (call.args.TextOrEmpty("MultiAttach") == "Enabled") {
    return Refuse(403, "InvalidParameter.MultiAttachAndInstanceIdConflict",
                  "create-disk.multi-attach-subscription",
                  fmt::format("A disk of instance {} cannot be multi-attach.", *instance_id));
  }
  const auto instance = Find<Instance>(call, *instance_id);
  if (!instance) return Fail(instance.error());
  return Refuse(403, "OperationDenied", "create-disk.subscription",
                fmt::format("Subscription disks (InstanceId {}) are not served.", *instance_id),
                {{std::string(kRefusedParameter), "InstanceId"}});
}

// Sets are not kept here: any id of their form is taken, as for resource groups. Of dedicated
// clusters there are none.
Result<void> CheckStorage(const Arguments& args) {
  const std::string set = args.TextOrEmpty("StorageSetId");
  const std::string cluster = args.TextOrEmpty("StorageClusterId");
  if (!set.empty() && !cluster.empty()) {
    return Refuse(400, "InvalidStorageClusterId.ConflictWithStorageSetId",
                  "create-disk.storage-cluster", "StorageClusterId excludes StorageSetId.");
  }
  if (!cluster.empty()) {
    return Refuse(404, "InvalidStorageClusterId.NotExist", "create-disk.cluster",
                  fmt::format("There is no dedicated storage cluster {}.", cluster),
                  {{std::string(kRefusedParameter), "StorageClusterId"}, {"cluster", cluster}});
  }
  if (set.empty() || (set.starts_with("ss-") && set.size() > 3)) return {};
  return Refuse(400, "InvalidStorageSetId.NotFound", "create-disk.storage-set",
                fmt::format("There is no storage set {}.", set), {{"set", set}});
}

Result<std::optional<Snapshot>> SourceOf(const WriteCall& call) {
  const auto id = call.args.Text("SnapshotId");
  if (!id) return std::optional<Snapshot>();
  auto snapshot = Find<Snapshot>(call, *id);
  if (!snapshot) return Fail(snapshot.error());
  return std::optional<Snapshot>(std::move(*snapshot));
}

}  // namespace

Result<Answer> CreateDisk(const WriteCall& call) {
  for (const Result<void>& checked :
       {CheckSubscription(call), CheckStorage(call.args),
        CheckResourceGroup(call.args.TextOrEmpty("ResourceGroupId"))}) {
    if (!checked) return Fail(checked.error());
  }
  auto source = SourceOf(call);
  if (!source) return Fail(source.error());
  auto disk = NewDisk(RequestOf(call, *source), call.catalogue, *source ? &**source : nullptr);
  if (!disk) return Fail(disk.error());
  for (const Result<void>& checked : {CheckTagCount(call), CheckRoomFor(call, *disk)}) {
    if (!checked) return Fail(checked.error());
  }
  disk->account = call.caller.account;
  AddDisk(call.tx, call.catalogue, *disk, call.settings.delays.create);
  return TextAnswer("DiskId", disk->id);
}

}  // namespace cloudapi
