#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
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
        fmt::format("Disk {} of category {} cannot be attached by force.", disk.id, disk.category),
        {{"disk.category", disk.category}});
  }
  // A system disk is In_use as long as it exists, which Attach refuses.
  if (args.IsTrue("Bootable") && !IsSystem(disk)) {
    return Refuse(disk.multi_attach ? 403 : 400,
                  disk.multi_attach ? "InvalidOperation.CanNotAttachMultiAttachDiskAsSystemDisk"
                                    : "InvalidDisk.DiskNotBootable",
                  "attach.bootable",
                  fmt::format("Disk {} is a data disk and cannot be booted from.", disk.id));
  }
  return {};
}

}  // namespace

Result<Answer> AttachDisk(const WriteCall& call) {
  const auto instance = Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto modes = CheckAttachModes(call.args, *disk); !modes) return Fail(modes.error());
  const auto attached = Attach(*disk, *instance,
                               {.instance_type = call.catalogue.FindInstanceType(instance->type),
                                .attached = call.tx.DataDisksOf(*instance),
                                .device = call.args.TextOrEmpty("Device"),
                                .delete_with_instance = call.args.Boolean("DeleteWithInstance"),
                                .others = call.tx.InstancesOf(*disk)});
  if (!attached) return Fail(attached.error());
  call.tx.Put(*attached);
  call.tx.Schedule(*attached, Step::kDiskAttach, call.settings.delays.attach,
                   {.instance_id = instance->id});
  return Answer{};
}

Result<Answer> DetachDisk(const WriteCall& call) {
  const auto instance = Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  const auto detached = Detach(*disk, *instance, call.args.Boolean("DeleteWithInstance"));
  if (!detached) return Fail(detached.error());
  if (IsSystem(*disk)) {
    return Refuse(403, "OperationDenied", "detach.system-disk-stays",
                  fmt::format("Disk {} stays with instance {}; ReplaceSystemDisk gives it another.",
                              disk->id, instance->id),
                  {{"disk.type", disk->type}});
  }
  call.tx.Put(*detached);
  call.tx.Schedule(*detached, Step::kDiskDetach, call.settings.delays.detach,
                   {.instance_id = instance->id});
  return Answer{};
}

}  // namespace cloudapi
