#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/lookup.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Force and Bootable ask for what no disk here can do.
Result<void> CheckAttachModes(const Arguments& args, const Disk& disk) {
  if (args.IsTrue("Force")) {
    return Refuse(
        400,
        disk.multi_attach ? "InvalidParameterForce.MultiAttachDiskNotSupported"
                          : "InvalidParameterForce.DiskCategoryNotSupported",
        "attach.force",
        fmt::format("disk {} of category {} cannot be attached by force", disk.id, disk.category),
        {{"disk.category", disk.category}});
  }
  if (args.IsTrue("Bootable")) {
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
Result<std::vector<std::string>> NamedDisks(const Arguments& args) {
  const auto one = args.Text("DiskId");
  std::vector<std::string> many = args.List("DiskIds");
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
DiskAttributes AttributesOf(const Arguments& args) {
  DiskAttributes attributes{.name = args.Text("DiskName"),
                            .delete_with_instance = args.Boolean("DeleteWithInstance"),
                            .delete_auto_snapshot = args.Boolean("DeleteAutoSnapshot"),
                            .enable_auto_snapshot = args.Boolean("EnableAutoSnapshot"),
                            .bursting = args.Boolean("BurstingEnabled")};
  if (args.Has("Description")) attributes.description = args.TextOrEmpty("Description");
  return attributes;
}

bool IsEmpty(const DiskAttributes& attributes) {
  return !attributes.name && !attributes.description && !attributes.delete_with_instance &&
         !attributes.delete_auto_snapshot && !attributes.enable_auto_snapshot &&
         !attributes.bursting;
}

Result<bool> IsOnline(const Arguments& args) {
  const std::string type = args.TextOr("Type", "offline");
  if (type == "offline" || type == "online") return type == "online";
  return Refuse(400, "InvalidParam.Type", "resize.type",
                fmt::format("Type is {}, it must be offline or online", type), {{"type", type}});
}

}  // namespace

Result<Answer> AttachDisk(const WriteCall& call) {
  const auto instance = FindInstance(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  const auto disk = FindDisk(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto modes = CheckAttachModes(call.args, *disk); !modes) return Fail(modes.error());
  const auto attached = Attach(*disk, *instance,
                               {.instance_type = call.catalogue.FindInstanceType(instance->type),
                                .attached = call.tx.DisksOf(*instance),
                                .device = call.args.TextOrEmpty("Device"),
                                .delete_with_instance = call.args.Boolean("DeleteWithInstance")});
  if (!attached) return Fail(attached.error());
  call.tx.Put(*attached);
  call.tx.Schedule(*attached, Step::kDiskAttach, call.settings.delays.attach,
                   {.instance_id = instance->id});
  return Answer{};
}

Result<Answer> DetachDisk(const WriteCall& call) {
  const auto instance = FindInstance(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  const auto disk = FindDisk(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  const auto detached = Detach(*disk, *instance, call.args.Boolean("DeleteWithInstance"));
  if (!detached) return Fail(detached.error());
  call.tx.Put(*detached);
  call.tx.Schedule(*detached, Step::kDiskDetach, call.settings.delays.detach,
                   {.instance_id = instance->id});
  return Answer{};
}

Result<Answer> DeleteDisk(const WriteCall& call) {
  const std::string id = call.args.TextOrEmpty("DiskId");
  const auto disk = FindDisk(call, id);
  if (!disk) {
    // A repeated call is answered like the first one.
    if (call.tx.WasDeleted(call.caller.account, id)) return Answer{};
    return Fail(disk.error());
  }
  const auto allowed = CheckDelete(*disk, IsOneProgressing(call.tx.SnapshotsOf(*disk)));
  if (!allowed) return Fail(allowed.error());
  call.tx.Unschedule(*disk);
  call.tx.Erase(*disk);
  ReleaseSource(call.tx, *disk);
  call.tx.Schedule(*disk, Step::kDiskUnlink, {}, {.generation = disk->generation});
  return Answer{};
}

Result<Answer> ResizeDisk(const WriteCall& call) {
  const auto online = IsOnline(call.args);
  if (!online) return Fail(online.error());
  const auto disk = FindDisk(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  const auto resized = Resize(*disk,
                              {.new_size_gib = call.args.Integer("NewSize").value_or(0),
                               .online = *online,
                               .snapshot_progressing = IsOneProgressing(call.tx.SnapshotsOf(*disk)),
                               .instances = call.tx.InstancesOf(*disk)},
                              call.catalogue);
  if (!resized) return Fail(resized.error());
  call.tx.Put(*resized);
  call.tx.Schedule(*resized, Step::kDiskGrow);
  return Answer{};
}

Result<Answer> ModifyDiskAttribute(const WriteCall& call) {
  const auto ids = NamedDisks(call.args);
  if (!ids) return Fail(ids.error());
  const DiskAttributes attributes = AttributesOf(call.args);
  if (IsEmpty(attributes)) {
    return Refuse(400, "NoAttributeToModify", "modify.attributes",
                  "no attribute to modify is given");
  }
  for (const std::string& id : *ids) {
    const auto disk = FindDisk(call, id);
    if (!disk) return Fail(disk.error());
    const auto modified = ModifyAttribute(*disk, attributes);
    if (!modified) return Fail(modified.error());
    call.tx.Put(*modified);
  }
  return Answer{};
}

}  // namespace cloudapi
