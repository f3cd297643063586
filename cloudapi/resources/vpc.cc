#include "cloudapi/resources/vpc.h"

#include <fmt/format.h>

#include "cloudapi/base/cidr.h"
#include "cloudapi/resources/document.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

std::string VpcDocument(const Vpc& vpc) {
  JsonWriter json;
  json.BeginObject()
      .Field("VpcId", vpc.id)
      .Field("VpcName", vpc.name)
      .Field("Description", vpc.description)
      .Field("RegionId", vpc.region)
      .Field("CidrBlock", vpc.cidr_block)
      .Field("Status", "Available")
      .Field("IsDefault", false)
      .Field("ClassicLinkEnabled", false)
      .Field("CreationTime", base::FormatTime(vpc.creation_time))
      .Field("DnsHostnameStatus", vpc.dns_hostnames ? "ENABLED" : "DISABLED")
      .Field("EnabledIpv6", false)
      .Field("Ipv6CidrBlock", "")
      .Field("ResourceGroupId", vpc.resource_group_id)
      .Field("VRouterId", vpc.router_id);
  WriteEmpty(json, "Ipv6CidrBlocks", "Ipv6CidrBlock");
  WriteEmpty(json, "SecondaryCidrBlocks", "SecondaryCidrBlock");
  WriteList(json, "UserCidrs", "UserCidr", vpc.user_cidrs);
  WriteList(json, "VSwitchIds", "VSwitchId", vpc.vswitch_ids);
  WriteList(json, "RouterTableIds", "RouterTableIds", vpc.route_table_id);
  WriteEmpty(json, "NatGatewayIds", "NatGatewayIds");
  WriteTags(json, vpc.tags);
  json.EndObject();
  return json.Take();
}

std::string VSwitchDocument(const VSwitch& vswitch) {
  const auto cidr = ParseCidr(vswitch.cidr_block);
  const std::int64_t usable = cidr ? UsableHosts(*cidr) : 0;
  JsonWriter json;
  json.BeginObject()
      .Field("VSwitchId", vswitch.id)
      .Field("VSwitchName", vswitch.name)
      .Field("Description", vswitch.description)
      .Field("RegionId", vswitch.region)
      .Field("ZoneId", vswitch.zone)
      .Field("VpcId", vswitch.vpc_id)
      .Field("CidrBlock", vswitch.cidr_block)
      .Field("Ipv6CidrBlock", "")
      .Field("EnabledIpv6", false)
      .Field("Status", "Available")
      .Field("IsDefault", false)
      .Field("AvailableIpAddressCount", usable - vswitch.interfaces)
      .Field("CreationTime", base::FormatTime(vswitch.creation_time))
      .Field("NetworkAclId", "")
      .Field("ResourceGroupId", vswitch.resource_group_id);
  json.Key("RouteTable").BeginObject();
  json.Field("RouteTableId", vswitch.route_table_id).Field("RouteTableType", "System");
  json.EndObject();
  WriteTags(json, vswitch.tags);
  json.EndObject();
  return json.Take();
}

std::string InterfaceDocument(const NetworkInterface& interface) {
  JsonWriter json;
  json.BeginObject()
      .Field("NetworkInterfaceId", interface.id)
      .Field("NetworkInterfaceName", interface.name)
      .Field("Description", interface.description)
      .Field("Type", "Primary")
      .Field("Status", "InUse")
      .Field("ZoneId", interface.zone)
      .Field("VpcId", interface.vpc_id)
      .Field("VSwitchId", interface.vswitch_id)
      .Field("InstanceId", interface.instance_id)
      .Field("MacAddress", MacAddressOf(interface.id))
      .Field("PrivateIpAddress", interface.private_ip)
      .Field("CreationTime", base::FormatTime(interface.creation_time))
      .Field("DeleteOnRelease", interface.delete_on_release)
      .Field("NetworkInterfaceTrafficMode", interface.traffic_mode)
      .Field("QueueNumber", interface.queue_number)
      .Field("QueuePairNumber", interface.queue_pairs)
      .Field("ResourceGroupId", interface.resource_group_id)
      .Field("ServiceManaged", false)
      .Field("SourceDestCheck", interface.source_dest_check);
  json.Key("Attachment").BeginObject().Field("InstanceId", interface.instance_id);
  json.Field("DeviceIndex", 0).Field("NetworkCardIndex", 0).EndObject();
  json.Key("PrivateIpSets").BeginObject().Key("PrivateIpSet").BeginArray().BeginObject();
  json.Field("Primary", true).Field("PrivateIpAddress", interface.private_ip);
  json.EndObject().EndArray().EndObject();
  WriteList(json, "SecurityGroupIds", "SecurityGroupId", interface.security_group_ids);
  WriteEmpty(json, "Ipv6Sets", "Ipv6Set");
  WriteTags(json, interface.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kVpcColumns = {
    Fixed<&Vpc::seq>("seq", "> 0"),
    Fixed<&Vpc::account>("account"),
    Fixed<&Vpc::region>("region"),
    Fixed<&Vpc::id>("id"),
    Col<&Vpc::name>("name"),
    Col<&Vpc::description>("description"),
    Col<&Vpc::cidr_block>("cidr_block"),
    Fixed<&Vpc::user_cidrs>("user_cidrs"),
    Col<&Vpc::resource_group_id>("resource_group_id"),
    Fixed<&Vpc::router_id>("router_id"),
    Fixed<&Vpc::route_table_id>("route_table_id"),
    Col<&Vpc::route_table_name>("route_table_name"),
    Col<&Vpc::route_table_description>("route_table_description"),
    Col<&Vpc::route_propagation>("route_propagation"),
    Col<&Vpc::dns_hostnames>("dns_hostnames"),
    Col<&Vpc::vswitch_ids>("vswitch_ids"),
    Col<&Vpc::security_groups>("security_groups", ">= 0"),
    Fixed<&Vpc::creation_time>("creation_time"),
};
constexpr Index kVpcIndexes[] = {
    {.name = "place"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "route_table", .column = "route_table_id"},
};

constexpr std::array kVSwitchColumns = {
    Fixed<&VSwitch::seq>("seq", "> 0"),
    Fixed<&VSwitch::account>("account"),
    Fixed<&VSwitch::region>("region"),
    Fixed<&VSwitch::id>("id"),
    Fixed<&VSwitch::zone>("zone"),
    Fixed<&VSwitch::vpc_id>("vpc_id"),
    Fixed<&VSwitch::route_table_id>("route_table_id"),
    Col<&VSwitch::name>("name"),
    Col<&VSwitch::description>("description"),
    Fixed<&VSwitch::cidr_block>("cidr_block"),
    Col<&VSwitch::resource_group_id>("resource_group_id"),
    Col<&VSwitch::interfaces>("interfaces", ">= 0"),
    Col<&VSwitch::next_host>("next_host"),
    Fixed<&VSwitch::creation_time>("creation_time"),
};
constexpr Index kVSwitchIndexes[] = {
    {.name = "place"},
    {.name = "vpc", .column = "vpc_id"},
    {.name = "zone", .column = "zone"},
    {.name = "name", .column = "name", .only_filled = true},
};

constexpr std::array kInterfaceColumns = {
    Fixed<&NetworkInterface::seq>("seq", "> 0"),
    Fixed<&NetworkInterface::account>("account"),
    Fixed<&NetworkInterface::region>("region"),
    Fixed<&NetworkInterface::id>("id"),
    Fixed<&NetworkInterface::zone>("zone"),
    Fixed<&NetworkInterface::vpc_id>("vpc_id"),
    Col<&NetworkInterface::vswitch_id>("vswitch_id"),
    Fixed<&NetworkInterface::instance_id>("instance_id"),
    Col<&NetworkInterface::private_ip>("private_ip"),
    Col<&NetworkInterface::security_group_ids>("security_group_ids"),
    Col<&NetworkInterface::resource_group_id>("resource_group_id"),
    Fixed<&NetworkInterface::name>("name"),
    Fixed<&NetworkInterface::description>("description"),
    Fixed<&NetworkInterface::traffic_mode>("traffic_mode"),
    Col<&NetworkInterface::queue_number>("queue_number"),
    Fixed<&NetworkInterface::queue_pairs>("queue_pairs"),
    Fixed<&NetworkInterface::delete_on_release>("delete_on_release"),
    Fixed<&NetworkInterface::source_dest_check>("source_dest_check"),
    Fixed<&NetworkInterface::creation_time>("creation_time"),
};
constexpr Index kInterfaceIndexes[] = {
    {.name = "place"},
    {.name = "instance", .column = "instance_id"},
    {.name = "address", .column = "private_ip"},
    {.name = "vswitch", .column = "vswitch_id"},
    {.name = "vpc", .column = "vpc_id"},
    {.name = "name", .column = "name", .only_filled = true},
};

}  // namespace

template <>
const Kind<Vpc>& KindOf<Vpc>() {
  static const Kind<Vpc> kind{{.name = "vpc",
                               .table = "vpcs",
                               .id_prefix = "vpc-",
                               .tag_type = "vpc",
                               .indexes = kVpcIndexes,
                               .facets = {}},
                              kVpcColumns,
                              VpcDocument};
  return kind;
}

template <>
const Kind<VSwitch>& KindOf<VSwitch>() {
  static const Kind<VSwitch> kind{{.name = "vswitch",
                                   .table = "vswitches",
                                   .id_prefix = "vsw-",
                                   .tag_type = "vswitch",
                                   .indexes = kVSwitchIndexes,
                                   .facets = {}},
                                  kVSwitchColumns,
                                  VSwitchDocument};
  return kind;
}

template <>
const Kind<NetworkInterface>& KindOf<NetworkInterface>() {
  static const Kind<NetworkInterface> kind{{.name = "network-interface",
                                            .table = "network_interfaces",
                                            .id_prefix = "eni-",
                                            .tag_type = "eni",
                                            .indexes = kInterfaceIndexes,
                                            .facets = {}},
                                           kInterfaceColumns,
                                           InterfaceDocument};
  return kind;
}

std::string MacAddressOf(std::string_view interface_id) {
  // FNV-1a: any even spread of the ids will do.
  std::uint32_t hash = 2166136261U;
  for (const char c : interface_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return fmt::format("00:16:3e:{:02x}:{:02x}:{:02x}", (hash >> 16U) & 0xffU, (hash >> 8U) & 0xffU,
                     hash & 0xffU);
}

}  // namespace cloudapi
