#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/actions/network_place.h"
#include "cloudapi/actions/release_instance.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/new_instance.h"

namespace cloudapi {
namespace {

Result<Instance> NamedInstance(const WriteCall& call) {
  return Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
}

Result<void> CheckIsStopped(const Instance& instance) {
  if (instance.status == InstanceStatus::kStopped) return {};
  return Refuse(
      403, "IncorrectInstanceStatus", "modify.instance-status",
      fmt::format("Instance {} is {}, it must be Stopped.", instance.id, WordOf(instance.status)),
      {{"instance.status", std::string(WordOf(instance.status))}});
}

Result<void> SetTexts(const Arguments& args, Instance& instance) {
  if (const auto name = args.Text("InstanceName")) {
    if (auto good = CheckInstanceName(*name); !good) return good;
    instance.name = *name;
  }
  if (const auto host = args.Text("HostName")) {
    if (auto good = CheckHostName(*host); !good) return good;
    instance.host_name = *host;
  }
  if (args.Has("Description")) instance.description = args.TextOrEmpty("Description");
  if (args.Has("UserData")) instance.user_data = args.TextOrEmpty("UserData");
  for (const Result<void>& checked :
       {CheckDescription(instance.description, 400), CheckUserData(instance.user_data)}) {
    if (!checked) return checked;
  }
  return {};
}

void SetOptionIfGiven(const Arguments& args, Instance& instance, std::string_view parameter) {
  if (const auto text = args.Text(parameter)) SetOption(instance, parameter, *text);
}
void SetNumberIfGiven(const Arguments& args, Instance& instance, std::string_view parameter) {
  if (const auto number = args.Integer(parameter))
    SetOption(instance, parameter, std::to_string(*number));
}

// The instance is in exactly these groups afterwards.
Result<void> SetGroups(const WriteCall& call, Instance& instance,
                       const std::vector<std::string>& wanted) {
  std::vector<SecurityGroup> groups;
  for (const std::string& id : wanted) {
    auto group = Find<SecurityGroup>(call, id);
    if (!group) return Fail(group.error());
    if (group->vpc_id != instance.vpc_id) {
      return Refuse(403, "InvalidOperation.VPCMismatch", "modify.same-vpc",
                    fmt::format("{} and {} are not in the same VPC.", instance.id, id));
    }
    groups.push_back(std::move(*group));
  }
  const auto present = SplitCommas(instance.security_group_ids);
  for (const std::string& id : present) {
    if (std::ranges::find(wanted, id) != wanted.end()) continue;
    const auto group = call.tx.Find<SecurityGroup>(instance.account, instance.region, id);
    if (group) LeaveGroup(call.tx, instance, *group);
  }
  for (const SecurityGroup& group : groups) {
    if (std::ranges::find(present, group.id) == present.end()) JoinGroup(call.tx, instance, group);
  }
  return {};
}

std::optional<NetworkInterface> InterfaceOf(const WriteCall& call, const Instance& instance) {
  return call.tx.Find<NetworkInterface>(instance.account, instance.region,
                                        instance.network_interface_id);
}

// Whether the instance's disks can be on a machine of the type, in its zone.
Result<void> CheckNewType(const WriteCall& call, const Instance& instance,
                          const topology::InstanceType& type) {
  const topology::Zone* zone = call.catalogue.FindZone(instance.zone);
  const bool sold = zone != nullptr && std::ranges::find(zone->instance_types, type.name) !=
                                           zone->instance_types.end();
  if (!sold) {
    return Refuse(403, "InvalidResourceType.NotSupported", "modify.type-zone",
                  fmt::format("Zone {} has no {}.", instance.zone, type.name));
  }
  const std::vector<Disk> disks = call.tx.DataDisksOf(instance);
  if (std::ssize(disks) > type.disk_quantity) {
    return Refuse(403, "InstanceDiskLimitExceeded", "modify.type-disks",
                  fmt::format("{} disks are attached; a {} takes {}.", disks.size(), type.name,
                              type.disk_quantity));
  }
  for (const Disk& disk : disks) {
    if (std::ranges::find(type.categories, disk.category) != type.categories.end()) continue;
    return Refuse(403, "InvalidInstanceType.NotSupportDiskCategory", "modify.type-category",
                  fmt::format("A {} cannot attach {} disk {}.", type.name, disk.category, disk.id));
  }
  return {};
}

}  // namespace

Result<Answer> ModifyInstanceAttribute(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  const Arguments& args = call.args;
  for (const Result<void>& checked : {CheckPassword(args), SetTexts(args, *instance)}) {
    if (!checked) return Fail(checked.error());
  }
  instance->deletion_protection =
      args.Boolean("DeletionProtection").value_or(instance->deletion_protection);
  SetOptionIfGiven(args, *instance, "CreditSpecification");
  SetOptionIfGiven(args, *instance, "CpuOptions.TopologyType");
  SetNumberIfGiven(args, *instance, "CpuOptions.Core");
  SetNumberIfGiven(args, *instance, "CpuOptions.ThreadsPerCore");
  if (const auto jumbo = args.Boolean("EnableJumboFrame"))
    SetOption(*instance, "EnableJumboFrame", *jumbo ? "true" : "");
  call.tx.Put(*instance);
  if (const auto queues = args.Integer("NetworkInterfaceQueueNumber")) {
    if (auto interface = InterfaceOf(call, *instance)) {
      interface->queue_number = *queues;
      call.tx.Put(*interface);
    }
  }
  const auto& groups = args.List("SecurityGroupIds");
  if (groups.empty()) return Answer{};
  if (auto set = SetGroups(call, *instance, groups); !set) return Fail(set.error());
  return Answer{};
}

Result<Answer> AllocatePublicIpAddress(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  if (!IsAtRest(*instance)) return NotAtRest(*instance, 403, "public-address.status");
  if (!OptionOf(*instance, kPublicAddress).empty()) {
    return Refuse(400, "AllocatedAlready", "public-address.one",
                  fmt::format("Instance {} has a public address.", instance->id));
  }
  const std::string address = PublicAddressOf(call.tx.NextSeq());
  SetOption(*instance, kPublicAddress, address);
  call.tx.Put(*instance);
  return TextAnswer("IpAddress", address);
}

Result<Answer> ModifyInstanceAutoReleaseTime(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  if (auto virtual_one = CheckVirtual(*instance); !virtual_one) return Fail(virtual_one.error());
  const std::string time = call.args.TextOrEmpty(kReleaseTime);
  if (auto fits = CheckReleaseTime(time, call.tx.Now()); !fits) return Fail(fits.error());
  SetReleaseTime(call.tx, *instance, time);
  call.tx.Put(*instance);
  return Answer{};
}

// Every instance here is charged as it goes, and stays so.
Result<Answer> ModifyInstanceChargeType(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  for (const std::string& id : call.args.Items("InstanceIds").value_or(Arguments::Texts())) {
    if (const auto instance = Find<Instance>(call, id); !instance) return Fail(instance.error());
  }
  if (call.args.TextOr("InstanceChargeType", "PrePaid") == "PostPaid") return Answer{};
  return Refuse(403, "OperationDenied", "modify.subscription",
                "Subscription instances are not served.");
}

Result<Answer> ModifyInstanceSpec(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  if (auto stopped = CheckIsStopped(*instance); !stopped) return Fail(stopped.error());
  const std::string name = call.args.TextOr("InstanceType", instance->type);
  const topology::InstanceType* type = call.catalogue.FindInstanceType(name);
  if (type == nullptr) {
    return Refuse(400, "InvalidInstanceType.ValueNotSupported", "modify.type",
                  fmt::format("There is no instance type {}.", name), {{"type", name}});
  }
  if (auto fits = CheckNewType(call, *instance, *type); !fits) return Fail(fits.error());
  constexpr double kMiBPerGiBOfType = 1024;
  instance->type = type->name;
  instance->cpu = type->cpu;
  instance->memory_mib = static_cast<std::int64_t>(type->memory_gib * kMiBPerGiBOfType);
  SetNumberIfGiven(call.args, *instance, "InternetMaxBandwidthIn");
  SetNumberIfGiven(call.args, *instance, "InternetMaxBandwidthOut");
  call.tx.Put(*instance);
  return Answer{};
}

Result<Answer> ModifyInstanceVpcAttribute(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  if (auto stopped = CheckIsStopped(*instance); !stopped) return Fail(stopped.error());
  auto groups = call.args.List("SecurityGroupId");
  if (groups.empty()) groups = SplitCommas(instance->security_group_ids);
  auto place = PlaceOf(call, call.args.TextOrEmpty("VSwitchId"),
                       call.args.TextOrEmpty("PrivateIpAddress"), std::move(groups));
  if (!place) return Fail(place.error());
  if (place->vswitch->zone != instance->zone) {
    return Refuse(400, "InvalidParameter.Mismatch", "modify.vswitch-zone",
                  fmt::format("vSwitch {} is in {}, instance {} in {}.", place->vswitch->id,
                              place->vswitch->zone, instance->id, instance->zone));
  }
  if (const auto vpc = call.args.Text("VpcId"); vpc && *vpc != place->vswitch->vpc_id) {
    return Refuse(400, "InvalidParameter.Mismatch", "modify.vswitch-vpc",
                  fmt::format("vSwitch {} is in {}, not in {}.", place->vswitch->id,
                              place->vswitch->vpc_id, *vpc));
  }
  if (auto interface = InterfaceOf(call, *instance)) place->interface = std::move(*interface);
  LeaveNetwork(call.tx, *instance);
  if (auto entered = EnterNetwork(call.tx, call.catalogue, *instance, *place); !entered)
    return Fail(entered.error());
  call.tx.Put(*instance);
  return Answer{};
}

Result<Answer> ModifyInstanceNetworkSpec(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  SetNumberIfGiven(call.args, *instance, "InternetMaxBandwidthIn");
  SetNumberIfGiven(call.args, *instance, "InternetMaxBandwidthOut");
  if (const auto charge = call.args.Text("NetworkChargeType"))
    SetOption(*instance, "InternetChargeType", *charge);
  call.tx.Put(*instance);
  return Answer{};
}

Result<Answer> ModifyInstanceMetadataOptions(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  SetOptionIfGiven(call.args, *instance, "HttpEndpoint");
  SetOptionIfGiven(call.args, *instance, "HttpTokens");
  SetNumberIfGiven(call.args, *instance, "HttpPutResponseHopLimit");
  call.tx.Put(*instance);
  return Answer{};
}

Result<Answer> ModifyInstanceMaintenanceAttributes(const WriteCall& call) {
  for (const std::string& id : call.args.List("InstanceId")) {
    auto instance = Find<Instance>(call, id);
    if (!instance) return Fail(instance.error());
    const auto& windows = call.args.Structs("MaintenanceWindow");
    if (!windows.empty()) {
      SetOption(*instance, "MaintenanceStart", windows.front().TextOrEmpty("StartTime"));
      SetOption(*instance, "MaintenanceEnd", windows.front().TextOrEmpty("EndTime"));
    }
    SetOptionIfGiven(call.args, *instance, "ActionOnMaintenance");
    if (const auto notify = call.args.Boolean("NotifyOnMaintenance"))
      SetOption(*instance, "NotifyOnMaintenance", *notify ? "true" : "");
    call.tx.Put(*instance);
  }
  return Answer{};
}

Result<Answer> ModifyInstanceAttachmentAttributes(const WriteCall& call) {
  auto instance = NamedInstance(call);
  if (!instance) return Fail(instance.error());
  SetOptionIfGiven(call.args, *instance, "PrivatePoolOptions.MatchCriteria");
  call.tx.Put(*instance);
  return Answer{};
}

}  // namespace cloudapi
