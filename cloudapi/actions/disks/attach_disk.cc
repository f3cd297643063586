#include <fmt/format.h>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Bootable asks for what no disk here can do.
Result<void> CheckBootable(const Arguments& args, const Disk& disk) {
  // A system disk is In_use as long as it exists, which Attach refuses.
  if (!args.IsTrue("Bootable") || IsSystem(disk)) return {};
  return Refuse(disk.multi_attach ? 403 : 400,
                disk.multi_attach ? "InvalidOperation.CanNotAttachMultiAttachDiskAsSystemDisk"
                                  : "InvalidDisk.DiskNotBootable",
                "attach.bootable",
                fmt::format("Disk {} is a data disk and cannot be booted from.", disk.id));
}

// The disk as it is afterwards, by force where that is asked.
Result<Disk> Attached(const WriteCall& call, const Disk& disk, const Instance& instance) {
  const AttachTerms terms{.instance_type = call.catalogue.FindInstanceType(instance.type),
                          .attached = call.tx.DataDisksOf(instance),
                          .device = call.args.TextOrEmpty("Device"),
                          .delete_with_instance = call.args.Boolean("DeleteWithInstance"),
                          .others = call.tx.InstancesOf(disk)};
  if (!call.args.IsTrue("Force")) return Attach(disk, instance, terms);
  const Instance* holder = terms.others.empty() ? nullptr : &terms.others.front();
  return AttachByForce(disk, instance, holder, terms);
}

}  // namespace

Result<Answer> AttachDisk(const WriteCall& call) {
  const auto instance = Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  for (const Result<void>& checked : {CheckBootable(call.args, *disk), CheckLogin(call)}) {
    if (!checked) return Fail(checked.error());
  }
  const auto attached = Attached(call, *disk, *instance);
  if (!attached) return Fail(attached.error());
  call.tx.Put(*attached);
  if (attached->forced_to.empty()) {
    call.tx.Schedule(*attached, Step::kDiskAttach, call.settings.delays.attach,
                     {.instance_id = instance->id});
  } else {
    call.tx.Schedule(*attached, Step::kDiskDetach, call.settings.delays.detach,
                     {.instance_id = attached->attachments.front().instance_id});
  }
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
