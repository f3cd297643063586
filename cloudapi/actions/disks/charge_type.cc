#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"

namespace cloudapi {
namespace {

Result<Disk> FindCharged(const WriteCall& call, const Instance& instance, const std::string& id) {
  auto disk = call.tx.Find<Disk>(call.caller.account, call.caller.region, id);
  if (!disk) {
    return Refuse(404, "InvalidDiskIds.NotFound", "charge-type.disks",
                  fmt::format("There is no disk {} in region {}.", id, call.caller.region),
                  {{"disk", id}});
  }
  if (IsSystem(*disk)) {
    return Refuse(404, "InvalidDiskIds.NotPortable", "charge-type.portable",
                  fmt::format("Disk {} is charged with its instance.", id), {{"disk", id}});
  }
  if (std::ranges::find(disk->attachments, instance.id, &Attachment::instance_id) ==
      disk->attachments.end()) {
    return Refuse(400, "InvalidOperation.DiskMustAttachedToInstance", "charge-type.attached",
                  fmt::format("Disk {} is not attached to instance {}.", id, instance.id),
                  {{"disk", id}, {"instance", instance.id}});
  }
  return std::move(*disk);
}

}  // namespace

// Every instance here is charged as it goes, and a disk's charge follows that: it can be told to
// stay so.
Result<Answer> ModifyDiskChargeType(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto instance = Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  for (const std::string& id : call.args.Items("DiskIds").value_or(Arguments::Texts())) {
    const auto disk = FindCharged(call, *instance, id);
    if (!disk) return Fail(disk.error());
  }
  if (call.args.TextOr("DiskChargeType", "PrePaid") == "PostPaid") return Answer{};
  return Refuse(400, "ChargeTypeViolation", "charge-type.instance",
                fmt::format("Instance {} is charged as it goes; only disks of a subscription "
                            "instance change how they are charged.",
                            instance->id),
                {{"instance", instance->id}});
}

}  // namespace cloudapi
