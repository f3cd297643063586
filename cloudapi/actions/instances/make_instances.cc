#include <fmt/format.h>

#include "cloudapi/actions/add_disk.h"
#include "cloudapi/actions/disk_quotas.h"
#include "cloudapi/actions/instances/instance_order.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/release_instance.h"
#include "cloudapi/rules/new_instance.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// As the service names a machine whose name was not given.
std::string HostNameOf(const std::string& id) {
  return fmt::format("iZ{}Z", SerialNumber(id));
}

Result<Instance> NameInstance(Instance instance, const InstanceOrder& order, std::int64_t index) {
  instance.name = order.name.empty() ? instance.id
                                     : NameAt(order.name, index, order.amount, order.unique_suffix);
  const auto at = static_cast<std::size_t>(index);
  instance.host_name = HostNameOf(instance.id);
  if (at < order.host_names.size()) {
    instance.host_name = order.host_names[at];
  } else if (!order.host_name.empty()) {
    instance.host_name = NameAt(order.host_name, index, order.amount, order.unique_suffix);
  }
  for (const Result<void>& checked :
       {CheckInstanceName(instance.name), CheckHostName(instance.host_name)}) {
    if (!checked) return Fail(checked.error());
  }
  return instance;
}

// Codes of CreateDisk that have another name where a disk is made with its instance.
ApiError AsOfInstance(ApiError error) {
  if (error.code == "InvalidDiskCategory.ValueNotSupported")
    error.code = "InvalidDataDiskCategory.ValueNotSupported";
  if (error.code == "InvalidDiskSize.NotSupported")
    error.code = "InvalidDataDiskSize.ValueNotSupported";
  return error;
}

// The disk as one of the instance that gets its place there at once and its image by a job.
Result<Disk> NewDataDisk(const WriteCall& call, const Instance& instance,
                         const DataDiskOrder& order, const std::vector<Disk>& others) {
  auto disk = NewDisk(order.request, call.catalogue, order.source ? &*order.source : nullptr);
  if (!disk) return Fail(AsOfInstance(disk.error()));
  disk->account = instance.account;
  disk->status = DiskStatus::kAvailable;
  Instance made = instance;
  made.status = InstanceStatus::kStopped;
  auto attached = Attach(*disk, made,
                         {.instance_type = call.catalogue.FindInstanceType(instance.type),
                          .attached = others,
                          .device = order.device,
                          .delete_with_instance = order.delete_with_instance,
                          .others = {}});
  if (attached) attached->status = DiskStatus::kCreating;
  return attached;
}

Result<void> Add(const WriteCall& call, Disk& disk, const std::string& policy_id) {
  if (auto room = CheckRoomFor(call, disk); !room) return room;
  AddDisk(call.tx, call.catalogue, disk, call.settings.delays.create);
  if (!policy_id.empty()) LinkPolicy(call.tx, policy_id, disk);
  return {};
}

Result<void> AddDisks(const WriteCall& call, const Instance& instance, const InstanceOrder& order) {
  auto system = NewSystemDisk(instance, order.system, call.catalogue);
  if (!system) return Fail(system.error());
  system->resource_group_id = instance.resource_group_id;
  if (auto added = Add(call, *system, order.system_policy_id); !added) return added;
  std::vector<Disk> data;
  for (const DataDiskOrder& wanted : order.data) {
    auto disk = NewDataDisk(call, instance, wanted, data);
    if (!disk) return Fail(disk.error());
    if (auto added = Add(call, *disk, wanted.policy_id); !added) return added;
    data.push_back(std::move(*disk));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> MakeInstances(const WriteCall& call, const InstanceOrder& order) {
  std::vector<std::string> ids;
  for (std::int64_t index = 0; index < order.amount; ++index) {
    Instance unnamed = order.instance;
    unnamed.id = call.tx.NextId<Instance>(call.catalogue.FindRegion(unnamed.region)->id_code);
    unnamed.status = InstanceStatus::kPending;
    unnamed.creation_time = call.tx.Now();
    unnamed.seq = call.tx.NextSeq();
    auto instance = NameInstance(std::move(unnamed), order, index);
    if (!instance) return Fail(instance.error());
    if (auto entered = EnterNetwork(call.tx, call.catalogue, *instance, order.place); !entered)
      return Fail(entered.error());
    if (order.public_address) SetOption(*instance, kPublicAddress, PublicAddressOf(instance->seq));
    SetReleaseTime(call.tx, *instance, order.release_time);
    call.tx.Put(*instance);
    if (auto added = AddDisks(call, *instance, order); !added) return Fail(added.error());
    call.tx.Schedule(*instance, Step::kInstanceMake, call.settings.delays.create);
    ids.push_back(instance->id);
  }
  return ids;
}

}  // namespace cloudapi
