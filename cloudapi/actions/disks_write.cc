#include "cloudapi/actions/disks_write.h"

#include <fmt/format.h>

#include "cloudapi/actions/lookup.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr std::chrono::milliseconds kAtOnce{0};

// Force and Bootable ask for what no disk here can do.
Result<void> CheckAttachModes(const Params& params, const Disk& disk) {
  if (params.Boolean("Force").value_or(false)) {
    return Refuse(
        400,
        disk.multi_attach ? "InvalidParameterForce.MultiAttachDiskNotSupported"
                          : "InvalidParameterForce.DiskCategoryNotSupported",
        "attach.force",
        fmt::format("disk {} of category {} cannot be attached by force", disk.id, disk.category),
        {{"disk.category", disk.category}});
  }
  if (params.Boolean("Bootable").value_or(false)) {
    return Refuse(disk.multi_attach ? 403 : 400,
                  disk.multi_attach ? "InvalidOperation.CanNotAttachMultiAttachDiskAsSystemDisk"
                                    : "InvalidDisk.DiskNotBootable",
                  "attach.bootable",
                  fmt::format("disk {} is a data disk and cannot be booted from", disk.id));
  }
  return {};
}

// A snapshot whose last disk goes away is used by none.
void ReleaseSource(Tx& tx, const Disk& disk) {
  if (disk.source_snapshot_id.empty()) return;
  auto source = tx.Find<Snapshot>(disk.account, disk.region, disk.source_snapshot_id);
  if (!source || tx.CountDisksOf(*source) > 0) return;
  source->usage = "none";
  tx.Put(*source);
}

// The disks that ModifyDiskAttribute names.
Result<std::vector<std::string>> NamedDisks(const Params& params) {
  const auto one = params.String("DiskId");
  std::vector<std::string> many = params.List("DiskIds");
  if (one && !many.empty()) {
    return Refuse(400, "ParameterConflict.DiskIdAndDiskIds", "modify.disks",
                  "DiskId and DiskIds exclude each other");
  }
  if (one) return std::vector<std::string>{*one};
  if (many.empty()) {
    return Refuse(400, "MissingParameter.DiskIdOrDiskIds", "modify.disks",
                  "DiskId or DiskIds is required");
  }
  return many;
}

// An empty Description is a value: it clears; all other empty parameters are not given.
DiskAttributes AttributesOf(const Params& params) {
  DiskAttributes attributes{.name = params.String("DiskName"),
                            .delete_with_instance = params.Boolean("DeleteWithInstance"),
                            .delete_auto_snapshot = params.Boolean("DeleteAutoSnapshot"),
                            .enable_auto_snapshot = params.Boolean("EnableAutoSnapshot"),
                            .bursting = params.Boolean("BurstingEnabled")};
  if (params.Has("Description")) attributes.description = params.StringOr("Description", "");
  return attributes;
}

bool IsEmpty(const DiskAttributes& attributes) {
  return !attributes.name && !attributes.description && !attributes.delete_with_instance &&
         !attributes.delete_auto_snapshot && !attributes.enable_auto_snapshot &&
         !attributes.bursting;
}

Result<bool> IsOnline(const Params& params) {
  const std::string type = params.StringOr("Type", "offline");
  if (type == "offline" || type == "online") return type == "online";
  return Refuse(400, "InvalidParam.Type", "resize.type",
                fmt::format("Type is {}, it must be offline or online", type), {{"type", type}});
}

}  // namespace

Result<Answer> AttachDisk(const ActionContext& context, Tx& tx, const Params& params) {
  const auto instance = FindInstance(context, tx, params.StringOr("InstanceId", ""));
  if (!instance) return Fail(instance.error());
  const auto disk = FindDisk(context, tx, params.StringOr("DiskId", ""));
  if (!disk) return Fail(disk.error());
  if (auto modes = CheckAttachModes(params, *disk); !modes) return Fail(modes.error());
  const auto attached = Attach(*disk, *instance,
                               {.instance_type = context.catalogue.FindInstanceType(instance->type),
                                .attached = tx.DisksOf(*instance),
                                .device = params.StringOr("Device", ""),
                                .delete_with_instance = params.Boolean("DeleteWithInstance")});
  if (!attached) return Fail(attached.error());
  tx.Put(*attached);
  AddJob(tx, *attached, job_kinds::kDiskAttach, context.settings.delays.attach, instance->id);
  return Answer{};
}

Result<Answer> DetachDisk(const ActionContext& context, Tx& tx, const Params& params) {
  const auto instance = FindInstance(context, tx, params.StringOr("InstanceId", ""));
  if (!instance) return Fail(instance.error());
  const auto disk = FindDisk(context, tx, params.StringOr("DiskId", ""));
  if (!disk) return Fail(disk.error());
  const auto detached = Detach(*disk, *instance, params.Boolean("DeleteWithInstance"));
  if (!detached) return Fail(detached.error());
  tx.Put(*detached);
  AddJob(tx, *detached, job_kinds::kDiskDetach, context.settings.delays.detach, instance->id);
  return Answer{};
}

Result<Answer> DeleteDisk(const ActionContext& context, Tx& tx, const Params& params) {
  const std::string id = params.StringOr("DiskId", "");
  const auto disk = FindDisk(context, tx, id);
  if (!disk) {
    // A repeated call is answered like the first one.
    if (tx.WasDeleted(context.call.account, id)) return Answer{};
    return Fail(disk.error());
  }
  const auto allowed = CheckDelete(*disk, IsSnapshotProgressing(tx, *disk));
  if (!allowed) return Fail(allowed.error());
  RemoveJobs(tx, *disk);
  tx.Erase(*disk);
  ReleaseSource(tx, *disk);
  AddJob(tx, *disk, job_kinds::kDiskUnlink, kAtOnce, std::to_string(disk->generation));
  return Answer{};
}

Result<Answer> ResizeDisk(const ActionContext& context, Tx& tx, const Params& params) {
  const auto online = IsOnline(params);
  if (!online) return Fail(online.error());
  const auto disk = FindDisk(context, tx, params.StringOr("DiskId", ""));
  if (!disk) return Fail(disk.error());
  const auto resized = Resize(*disk,
                              {.new_size_gib = params.Integer("NewSize").value_or(0),
                               .online = *online,
                               .snapshot_progressing = IsSnapshotProgressing(tx, *disk),
                               .instances = InstancesOf(tx, *disk)},
                              context.catalogue);
  if (!resized) return Fail(resized.error());
  tx.Put(*resized);
  AddJob(tx, *resized, job_kinds::kDiskGrow, kAtOnce);
  return Answer{};
}

Result<Answer> ModifyDiskAttribute(const ActionContext& context, Tx& tx, const Params& params) {
  const auto ids = NamedDisks(params);
  if (!ids) return Fail(ids.error());
  const DiskAttributes attributes = AttributesOf(params);
  if (IsEmpty(attributes)) {
    return Refuse(400, "NoAttributeToModify", "modify.attributes",
                  "no attribute to modify is given");
  }
  for (const std::string& id : *ids) {
    const auto disk = FindDisk(context, tx, id);
    if (!disk) return Fail(disk.error());
    const auto modified = ModifyAttribute(*disk, attributes);
    if (!modified) return Fail(modified.error());
    tx.Put(*modified);
  }
  return Answer{};
}

}  // namespace cloudapi
