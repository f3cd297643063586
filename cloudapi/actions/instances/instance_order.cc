#include "cloudapi/actions/instances/instance_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/find_image.h"
#include "cloudapi/actions/if_declared.h"
#include "cloudapi/actions/instances/order_params.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/actions/region_settings.h"
#include "cloudapi/actions/release_instance.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/new_instance.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr double kMiBOfGiB = 1024;

bool SellsType(const topology::Zone& zone, const std::string& type) {
  return std::ranges::find(zone.instance_types, type) != zone.instance_types.end();
}

// That of the call or of its vSwitch, else the first one that sells the type.
Result<std::string> ZoneOf(const WriteCall& call, const std::string& type,
                           const NetworkPlace& place) {
  const topology::Region& region = *call.catalogue.FindRegion(call.caller.region);
  const std::string named =
      call.args.TextOr("ZoneId", place.vswitch ? std::string_view(place.vswitch->zone) : "");
  if (place.vswitch && place.vswitch->zone != named) {
    return Refuse(400, "InvalidParameter.Mismatch", "run.vswitch-zone",
                  fmt::format("vSwitch {} is in zone {}, not in {}.", place.vswitch->id,
                              place.vswitch->zone, named),
                  {{"zone", named}});
  }
  if (named.empty()) {
    const auto zone = std::ranges::find_if(
        region.zones, [&](const topology::Zone& candidate) { return SellsType(candidate, type); });
    if (zone != region.zones.end()) return zone->id;
    return Refuse(403, "OperationDenied.NoStock", "run.type-stock",
                  fmt::format("No zone of {} has {}.", region.id, type), {{"type", type}});
  }
  const auto zone = std::ranges::find(region.zones, named, &topology::Zone::id);
  if (zone == region.zones.end()) {
    return Refuse(404, "InvalidZoneId.NotFound", "run.zone",
                  fmt::format("Zone {} is not a zone of region {}.", named, region.id),
                  {{"zone", named}});
  }
  if (SellsType(*zone, type)) return named;
  return Refuse(403, "InvalidResourceType.NotSupported", "run.type-zone",
                fmt::format("Zone {} has no {}.", named, type), {{"type", type}, {"zone", named}});
}

// Type, place and what else is of the instance itself.
Result<void> ReadInstance(const WriteCall& call, const NetworkPlace& place, Instance& instance) {
  const Arguments& args = call.args;
  instance.type = args.TextOrEmpty("InstanceType");
  if (instance.type.empty()) {
    return Refuse(400, "MissingParameter", "run.type", "The parameter InstanceType is missing.",
                  {{"InstanceType", ""}});
  }
  const topology::InstanceType* type = call.catalogue.FindInstanceType(instance.type);
  if (type == nullptr) {
    return Refuse(400, "InvalidInstanceType.ValueNotSupported", "run.type",
                  fmt::format("There is no instance type {}.", instance.type),
                  {{"type", instance.type}});
  }
  const auto zone = ZoneOf(call, instance.type, place);
  if (!zone) return Fail(zone.error());
  instance.account = call.caller.account;
  instance.region = call.caller.region;
  instance.zone = *zone;
  instance.cpu = type->cpu;
  instance.memory_mib = static_cast<std::int64_t>(type->memory_gib * kMiBOfGiB);
  instance.description = args.TextOrEmpty("Description");
  instance.key_pair_name = args.TextOrEmpty("KeyPairName");
  instance.user_data = args.TextOrEmpty("UserData");
  instance.deletion_protection = args.IsTrue("DeletionProtection");
  instance.resource_group_id = args.TextOrEmpty("ResourceGroupId");
  instance.tags = TagsOf(args);
  return KeepOptions(args, instance);
}

Result<std::string> ImageIdOf(const WriteCall& call) {
  if (auto id = call.args.Text("ImageId")) return std::move(*id);
  if (const auto family = call.args.Text("ImageFamily")) return NewestOfFamily(call, *family);
  return Refuse(400, "MissingParameter", "run.image", "The parameter ImageId is missing.",
                {{"ImageId", ""}});
}

Result<void> CheckTextsOf(const WriteCall& call, const Instance& instance) {
  for (const Result<void>& checked :
       {CheckDescription(instance.description, 400), CheckUserData(instance.user_data),
        CheckNewTags(call, instance.tags), CheckResourceGroup(instance.resource_group_id),
        CheckLogin(call)}) {
    if (!checked) return checked;
  }
  return {};
}

// `otherwise`: what the call says beside the row.
NetworkInterface InterfaceOf(const Arguments& row, const NetworkInterface& otherwise) {
  return {.name = row.TextOrEmpty("NetworkInterfaceName"),
          .description = row.TextOrEmpty("Description"),
          .traffic_mode = row.TextOr("NetworkInterfaceTrafficMode", otherwise.traffic_mode),
          .queue_number = row.Integer("QueueNumber").value_or(otherwise.queue_number),
          .queue_pairs = row.Integer("QueuePairNumber").value_or(otherwise.queue_pairs),
          .delete_on_release = row.Boolean("DeleteOnRelease").value_or(true),
          .source_dest_check = row.IsTrue("SourceDestCheck")};
}

Result<void> CheckInterfaceTexts(const NetworkInterface& interface) {
  if (!interface.name.empty()) {
    if (auto good = CheckName(interface.name, "InvalidParameter"); !good) return good;
  }
  return CheckDescription(interface.description, 400);
}

// Where the call puts the primary interface: at the top, or in the row of NetworkInterface that is
// of type Primary. Others cannot be asked for.
Result<NetworkPlace> ReadPlace(const WriteCall& call) {
  const Arguments& args = call.args;
  std::string vswitch = args.TextOrEmpty("VSwitchId");
  std::string address = args.TextOrEmpty("PrivateIpAddress");
  std::vector<std::string> groups;
  if (args.Declares("SecurityGroupIds")) groups = args.List("SecurityGroupIds");
  if (const auto group = args.Text("SecurityGroupId")) groups.push_back(*group);
  if (!args.Declares("NetworkInterface")) return PlaceOf(call, vswitch, address, std::move(groups));
  NetworkInterface interface {
    .queue_number = args.Integer("NetworkInterfaceQueueNumber").value_or(1)
  };
  for (const Arguments& row : args.Structs("NetworkInterface")) {
    if (row.TextOr("InstanceType", "Secondary") != "Primary") {
      return Refuse(403, "OperationDenied", "run.secondary-interface",
                    "Secondary network interfaces are not served.");
    }
    vswitch = row.TextOr("VSwitchId", vswitch);
    address = row.TextOr("PrimaryIpAddress", address);
    if (!row.List("SecurityGroupIds").empty()) groups = row.List("SecurityGroupIds");
    if (const auto group = row.Text("SecurityGroupId")) groups = {*group};
    interface = InterfaceOf(row, interface);
  }
  if (auto texts = CheckInterfaceTexts(interface); !texts) return Fail(texts.error());
  auto place = PlaceOf(call, vswitch, address, std::move(groups));
  if (place) place->interface = std::move(interface);
  return place;
}

Result<void> CheckPolicy(const WriteCall& call, const std::string& id) {
  if (id.empty() || call.tx.Find<SnapshotPolicy>(call.caller.account, call.caller.region, id))
    return {};
  return Refuse(404, "InvalidAutoSnapshotPolicyId.NotFound", "run.policy",
                fmt::format("There is no automatic snapshot policy {}.", id), {{"policy", id}});
}

Result<SystemDiskTerms> SystemOf(const Arguments& args, const Instance& instance) {
  SystemDiskTerms terms{.category = args.TextOrEmpty("SystemDisk.Category"),
                        .performance_level = args.TextOrEmpty("SystemDisk.PerformanceLevel"),
                        .name = args.TextOrEmpty("SystemDisk.DiskName"),
                        .description = args.TextOrEmpty("SystemDisk.Description"),
                        .image_id = instance.image_id,
                        .tags = instance.tags};
  // RunInstances alone declares its texts and the policy, and the size as a text.
  if (!args.Declares("SystemDisk.AutoSnapshotPolicyId")) {
    terms.size_gib = args.Integer("SystemDisk.Size");
    return terms;
  }
  terms.encrypted = args.IsTrue("SystemDisk.Encrypted");
  terms.kms_key_id = args.TextOrEmpty("SystemDisk.KMSKeyId");
  terms.provisioned_iops = args.Integer("SystemDisk.ProvisionedIops").value_or(0);
  terms.bursting = args.IsTrue("SystemDisk.BurstingEnabled");
  const auto size = args.Text("SystemDisk.Size");
  if (!size) return terms;
  terms.size_gib = base::ParseNumber<std::int64_t>(*size);
  if (terms.size_gib) return terms;
  return Refuse(400, "InvalidParameter", "parameter.valid",
                "The parameter SystemDisk.Size is not a whole number in range.",
                {{"SystemDisk.Size", *size}});
}

// Of RunInstances the text of a flag.
Result<std::optional<bool>> EncryptedOf(const WriteCall& call, const Arguments& row) {
  if (!call.args.Declares("Amount")) return row.Boolean("Encrypted");
  const auto text = row.Text("Encrypted");
  if (!text) return std::optional<bool>();
  if (base::EqualNoCase(*text, "true")) return std::optional(true);
  if (base::EqualNoCase(*text, "false")) return std::optional(false);
  return Refuse(400, "InvalidParameter", "parameter.valid",
                "The parameter DataDisk.N.Encrypted is neither true nor false.",
                {{"Encrypted", *text}});
}

// A data disk without a category is of cloud_efficiency, as of any I/O optimized instance.
Result<DataDiskOrder> DataDiskOf(const WriteCall& call, const Instance& instance,
                                 const Arguments& row) {
  const auto encrypted = EncryptedOf(call, row);
  if (!encrypted) return Fail(encrypted.error());
  DataDiskOrder order{
      .request = {.region = instance.region,
                  .zone = instance.zone,
                  .category = row.TextOr("Category", "cloud_efficiency"),
                  .performance_level = row.TextOrEmpty("PerformanceLevel"),
                  .size_gib = row.Integer("Size"),
                  .name = row.TextOrEmpty("DiskName"),
                  .description = row.TextOrEmpty("Description"),
                  .encrypted = *encrypted,
                  .kms_key_id = row.TextOrEmpty("KMSKeyId"),
                  .default_key = DefaultKeyOf(call.tx, instance.account, instance.region),
                  .provisioned_iops = IntegerIf(row, "ProvisionedIops"),
                  .bursting = IsTrueIf(row, "BurstingEnabled"),
                  .resource_group_id = instance.resource_group_id,
                  .tags = instance.tags},
      .device = row.TextOrEmpty("Device"),
      .delete_with_instance = row.Boolean("DeleteWithInstance").value_or(true),
      .policy_id = TextIf(row, "AutoSnapshotPolicyId")};
  if (const auto id = row.Text("SnapshotId")) {
    auto source = Find<Snapshot>(call, *id);
    if (!source) return Fail(source.error());
    order.source = std::move(*source);
  }
  if (auto known = CheckPolicy(call, order.policy_id); !known) return Fail(known.error());
  return order;
}

// The data disks of a custom image that the call does not describe by their devices.
Result<void> AddImageData(const WriteCall& call, const MachineImage& image, InstanceOrder& order) {
  for (const ImageDisk& disk : DataDisksIn(image)) {
    if (std::ranges::find(order.data, disk.device, &DataDiskOrder::device) != order.data.end())
      continue;
    auto source = Find<Snapshot>(call, disk.snapshot_id);
    if (!source) return Fail(source.error());
    const std::string category = source->source_category;
    order.data.push_back({.request = {.region = order.instance.region,
                                      .zone = order.instance.zone,
                                      .category = category,
                                      .size_gib = disk.size_gib,
                                      .tags = order.instance.tags},
                          .source = std::move(*source),
                          .device = disk.device});
  }
  return {};
}

Result<void> ReadDisks(const WriteCall& call, InstanceOrder& order) {
  auto system = SystemOf(call.args, order.instance);
  if (!system) return Fail(system.error());
  const auto image = FindImage(call, order.instance.image_id);
  if (!image) return Fail(image.error());
  order.system = std::move(*system);
  order.system_policy_id = TextIf(call.args, "SystemDisk.AutoSnapshotPolicyId");
  if (auto known = CheckPolicy(call, order.system_policy_id); !known) return known;
  for (const Arguments& row : call.args.Structs("DataDisk")) {
    auto disk = DataDiskOf(call, order.instance, row);
    if (!disk) return Fail(disk.error());
    order.data.push_back(std::move(*disk));
  }
  if (!*image) return {};
  order.system.snapshot_id = (*image)->snapshot_id;
  order.system.image_gib = (*image)->size_gib;
  return AddImageData(call, **image, order);
}

Result<void> ReadNames(const Arguments& args, InstanceOrder& order) {
  order.amount = IntegerIf(args, "Amount").value_or(1);
  order.unique_suffix = IsTrueIf(args, "UniqueSuffix");
  order.name = args.TextOrEmpty("InstanceName");
  order.host_name = args.TextOrEmpty("HostName");
  if (args.Declares("HostNames")) order.host_names = args.List("HostNames");
  if (IntegerIf(args, "MinAmount").value_or(1) > order.amount) {
    return Refuse(400, "InvalidParameter", "run.min-amount", "MinAmount is greater than Amount.");
  }
  const bool both = !order.host_names.empty() && !order.host_name.empty();
  if (both || std::ssize(order.host_names) > order.amount) {
    return Refuse(400, "InvalidParameter", "run.host-names",
                  "HostNames excludes HostName and has at most Amount names.");
  }
  return {};
}

}  // namespace

Result<InstanceOrder> OrderOf(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  if (auto served = CheckServedOrder(call.args); !served) return Fail(served.error());
  InstanceOrder order;
  auto image_id = ImageIdOf(call);
  if (!image_id) return Fail(image_id.error());
  order.instance.image_id = std::move(*image_id);
  auto place = ReadPlace(call);
  if (!place) return Fail(place.error());
  order.place = std::move(*place);
  if (auto read = ReadInstance(call, order.place, order.instance); !read) return Fail(read.error());
  if (auto checked = CheckTextsOf(call, order.instance); !checked) return Fail(checked.error());
  if (auto read = ReadNames(call.args, order); !read) return Fail(read.error());
  if (auto read = ReadDisks(call, order); !read) return Fail(read.error());
  order.release_time = TextIf(call.args, kReleaseTime);
  if (auto fits = CheckReleaseTime(order.release_time, call.tx.Now()); !fits)
    return Fail(fits.error());
  // CreateInstance leaves it to AllocatePublicIpAddress.
  order.public_address =
      call.args.Declares("Amount") && call.args.Integer("InternetMaxBandwidthOut").value_or(0) > 0;
  return order;
}

}  // namespace cloudapi
