#include <fmt/format.h>

#include "cloudapi/actions/disks_write.h"
#include "cloudapi/actions/lookup.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

DiskRequest RequestOf(const ActionContext& context, const Params& params) {
  return {.region = context.call.region.empty() ? context.call.default_region : context.call.region,
          .zone = params.StringOr("ZoneId", ""),
          .category = params.StringOr("DiskCategory", ""),
          .performance_level = params.StringOr("PerformanceLevel", ""),
          .size_gib = params.Integer("Size"),
          .name = params.StringOr("DiskName", ""),
          .description = params.StringOr("Description", ""),
          .encrypted = params.Boolean("Encrypted"),
          .kms_key_id = params.StringOr("KMSKeyId", ""),
          .multi_attach = params.StringOr("MultiAttach", ""),
          .provisioned_iops = params.Integer("ProvisionedIops"),
          .bursting = params.Boolean("BurstingEnabled"),
          .resource_group_id = params.StringOr("ResourceGroupId", ""),
          .tags = TagsOf(params)};
}

// InstanceId asks for a subscription disk.
Result<void> CheckSubscription(const ActionContext& context, Tx& tx, const Params& params) {
  const auto instance_id = params.String("InstanceId");
  if (!instance_id) return {};
  if (const auto zone = params.String("ZoneId")) {
    return Refuse(403, "InvalidParam.ZoneIdAndInstanceId.Conflict", "create-disk.place",
                  fmt::format("zone {} and instance {} are both given", *zone, *instance_id));
  }
  if (params.StringOr("MultiAttach", "") == "Enabled") {
    return Refuse(403, "InvalidParameter.MultiAttachAndInstanceIdConflict",
                  "create-disk.multi-attach-subscription",
                  fmt::format("a disk of instance {} cannot be multi-attach", *instance_id));
  }
  const auto instance = FindInstance(context, tx, *instance_id);
  if (!instance) return Fail(instance.error());
  return Refuse(403, "OperationDenied", "create-disk.subscription",
                fmt::format("subscription disks (InstanceId {}) are not served", *instance_id));
}

Result<void> CheckStorageSet(const Params& params) {
  const bool set = params.String("StorageSetId").has_value();
  const bool cluster = params.String("StorageClusterId").has_value();
  if (set && cluster) {
    return Refuse(400, "InvalidStorageClusterId.ConflictWithStorageSetId",
                  "create-disk.storage-cluster", "StorageClusterId excludes StorageSetId");
  }
  if (!set && !cluster) return {};
  return Refuse(403, "OperationDenied", "create-disk.storage-set",
                set ? "storage sets are not served" : "dedicated storage clusters are not served");
}

Result<std::optional<Snapshot>> SourceOf(const ActionContext& context, Tx& tx,
                                         const Params& params) {
  const auto id = params.String("SnapshotId");
  if (!id) return std::optional<Snapshot>();
  auto snapshot = FindSnapshot(context, tx, *id);
  if (!snapshot) return Fail(snapshot.error());
  return std::optional<Snapshot>(std::move(*snapshot));
}

void StoreNew(const ActionContext& context, Tx& tx, Disk& disk, std::optional<Snapshot> source) {
  disk.id = tx.NextId<Disk>(context.catalogue.FindRegion(disk.region)->id_code);
  disk.account = context.call.account;
  disk.creation_time = tx.Now();
  disk.seq = tx.NextSeq();
  tx.Put(disk);
  AddJob(tx, disk, job_kinds::kDiskCreate, context.settings.delays.create);
  if (!source || source->usage == "disk") return;
  source->usage = "disk";
  tx.Put(*source);
}

}  // namespace

Result<Answer> CreateDisk(const ActionContext& context, Tx& tx, const Params& params) {
  for (const Result<void>& checked :
       {CheckSubscription(context, tx, params), CheckStorageSet(params),
        CheckResourceGroup(params.StringOr("ResourceGroupId", ""))}) {
    if (!checked) return Fail(checked.error());
  }
  auto source = SourceOf(context, tx, params);
  if (!source) return Fail(source.error());
  auto disk = NewDisk(RequestOf(context, params), context.catalogue, *source ? &**source : nullptr);
  if (!disk) return Fail(disk.error());
  StoreNew(context, tx, *disk, std::move(*source));
  return Answer{fmt::format("\"DiskId\":\"{}\"", disk->id)};
}

}  // namespace cloudapi
