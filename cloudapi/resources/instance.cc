#include "cloudapi/resources/instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "cloudapi/resources/disk.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/resources/vpc.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// "ecs.g7.xlarge" → "ecs.g7"
std::string FamilyOf(const std::string& type) {
  return type.substr(0, type.rfind('.'));
}

constexpr std::string_view kResourceGroupId = "ResourceGroupId";

// Members of an instance that are a column of it or an option.
constexpr std::array<std::string_view, 14> kTexts = {"AutoReleaseTime",
                                                     "ClusterId",
                                                     "CreditSpecification",
                                                     "DeploymentSetId",
                                                     "Description",
                                                     "GPUSpec",
                                                     "HpcClusterId",
                                                     "ISP",
                                                     "ImageId",
                                                     "KeyPairName",
                                                     kResourceGroupId,
                                                     "SaleCycle",
                                                     "SpotInterruptionBehavior",
                                                     "VlanId"};
constexpr std::array<std::string_view, 8> kNumbers = {
    "DeploymentSetGroupNo",   "GPUAmount",
    "InternetMaxBandwidthIn", "InternetMaxBandwidthOut",
    "LocalStorageAmount",     "LocalStorageCapacity",
    "SpotDuration",           "SpotPriceLimit"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kUnsetLists = {{
    {"InnerIpAddress", "IpAddress"},
    {"OperationLocks", "LockReason"},
    {"RdmaIpAddress", "IpAddress"},
}};

void WriteInterfaces(JsonWriter& json, const Instance& instance) {
  json.Key("NetworkInterfaces").BeginObject().Key("NetworkInterface").BeginArray();
  if (!instance.network_interface_id.empty()) {
    json.BeginObject().Field("NetworkInterfaceId", instance.network_interface_id);
    json.Field("Type", "Primary").Field("PrimaryIpAddress", instance.private_ip);
    json.Field("MacAddress", MacAddressOf(instance.network_interface_id));
    json.Key("PrivateIpSets").BeginObject().Key("PrivateIpSet").BeginArray().BeginObject();
    json.Field("Primary", true).Field("PrivateIpAddress", instance.private_ip);
    json.Field("PrivateDnsName", "").EndObject().EndArray().EndObject();
    WriteEmpty(json, "Ipv6Sets", "Ipv6Set");
    WriteEmpty(json, "Ipv4PrefixSets", "Ipv4PrefixSet");
    WriteEmpty(json, "Ipv6PrefixSets", "Ipv6PrefixSet");
    json.EndObject();
  }
  json.EndArray().EndObject();
}

std::string TextOf(const Instance& instance, std::string_view member) {
  if (member == "Description") return instance.description;
  if (member == "ImageId") return instance.image_id;
  if (member == "KeyPairName") return instance.key_pair_name;
  if (member == kResourceGroupId) return instance.resource_group_id;
  return OptionOf(instance, member);
}

// A whole number without a point, as clients read most of them.
void WriteNumber(JsonWriter& json, const Instance& instance, std::string_view member,
                 std::string_view written, int unset = 0) {
  const std::string text = OptionOf(instance, member);
  if (const auto whole = base::ParseNumber<std::int64_t>(text)) {
    json.Field(written, *whole);
  } else if (const auto number = base::ParseNumber<double>(text)) {
    json.Field(written, *number);
  } else {
    json.Field(written, unset);
  }
}

// What the guest sees of its machine.
void WriteMachineParts(JsonWriter& json, const Instance& instance) {
  json.Key("CpuOptions").BeginObject();
  WriteNumber(json, instance, "CpuOptions.Core", "CoreCount", std::max(instance.cpu / 2, 1));
  WriteNumber(json, instance, "CpuOptions.ThreadsPerCore", "ThreadsPerCore", 2);
  json.Field("EnableVISST", false).Field("EnableVRDT", false).Field("NestedVirtualization", "");
  json.Field("Numa", OptionOf(instance, "CpuOptions.Numa"));
  json.Field("TopologyType", OptionOf(instance, "CpuOptions.TopologyType"));
  json.Field("TurboMode", "");
  json.EndObject();
  json.Key("ClockOptions").BeginObject().Field("PtpStatus", "disabled").EndObject();
  json.Key("ImageOptions").BeginObject().Field("CurrentOSNVMeSupported", false);
  json.Field("LoginAsNonRoot", OptionOf(instance, "LoginAsNonRoot") == "true").EndObject();
  json.Key("SecurityOptions").BeginObject().Field("EnableSecureBoot", false).EndObject();
  json.Key("MetadataOptions").BeginObject();
  json.Field("HttpEndpoint", OptionOf(instance, "HttpEndpoint", "enabled"));
  json.Field("HttpTokens", OptionOf(instance, "HttpTokens", "optional"));
  WriteNumber(json, instance, "HttpPutResponseHopLimit", "HttpPutResponseHopLimit");
  json.Field("InstanceMetadataTags", "disabled").EndObject();
}

// An object whose members are texts that are not set.
void WriteUnsetObject(JsonWriter& json, std::string_view name,
                      std::initializer_list<std::string_view> members) {
  json.Key(name).BeginObject();
  WriteUnset(json, members);
  json.EndObject();
}

// Other objects inside an instance; clients read AdditionalInfo and VpcAttributes.
void WriteInstanceParts(JsonWriter& json, const Instance& instance) {
  json.Key("AdditionalInfo").BeginObject();
  json.Field("EnableHighDensityMode", OptionOf(instance, "EnableHighDensityMode") == "true");
  json.Field("ManagedHostId", "").Field("NodeSerialNumber", "").EndObject();
  WriteUnsetObject(json, "DedicatedHostAttribute",
                   {"DedicatedHostClusterId", "DedicatedHostId", "DedicatedHostName"});
  json.Key("DedicatedInstanceAttribute").BeginObject();
  json.Field("Affinity", OptionOf(instance, "Affinity"));
  json.Field("Tenancy", OptionOf(instance, "Tenancy")).EndObject();
  WriteUnsetObject(json, "EcsCapacityReservationAttr",
                   {"CapacityReservationId", "CapacityReservationPreference"});
  json.Key("PrivateDnsNameOptions").BeginObject();
  for (const std::string_view name : {"EnableInstanceIdDnsAAAARecord", "EnableInstanceIdDnsARecord",
                                      "EnableIpDnsARecord", "EnableIpDnsPtrRecord"})
    json.Field(name, false);
  json.Field("HostnameType", "").EndObject();
  json.Key("HibernationOptions").BeginObject().Field("Configured", false).EndObject();
  json.Key("EipAddress").BeginObject().Field("AllocationId", "").Field("IpAddress", "");
  json.Field("Bandwidth", 0).Field("InternetChargeType", "");
  json.Field("IsSupportUnassociate", false).EndObject();
  json.Key("VpcAttributes").BeginObject().Field("NatIpAddress", "");
  json.Field("VSwitchId", instance.vswitch_id).Field("VpcId", instance.vpc_id);
  WriteList(json, "PrivateIpAddress", "IpAddress", instance.private_ip);
  json.EndObject();
}

std::string InstanceDocument(const Instance& instance) {
  JsonWriter json;
  json.BeginObject()
      .Field("InstanceId", instance.id)
      .Field("InstanceName", instance.name)
      .Field("HostName", instance.host_name)
      .Field("RegionId", instance.region)
      .Field("ZoneId", instance.zone)
      .Field("Status", WordOf(instance.status))
      .Field("InstanceType", instance.type)
      .Field("InstanceTypeFamily", FamilyOf(instance.type))
      .Field("Cpu", instance.cpu)
      .Field("Memory", instance.memory_mib)
      .Field("SerialNumber", SerialNumber(instance.id))
      .Field("CreationTime", base::FormatMinutes(instance.creation_time))
      .Field("StartTime", base::FormatMinutes(instance.creation_time))
      .Field("ExpiredTime", kNeverExpires)
      .Field("InstanceChargeType", "PostPaid")
      .Field("InstanceNetworkType", "vpc")
      .Field("InternetChargeType", OptionOf(instance, "InternetChargeType", "PayByTraffic"))
      .Field("SpotStrategy", OptionOf(instance, "SpotStrategy", "NoSpot"))
      .Field("StoppedMode", instance.stopped_mode)
      .Field("OSType", "linux")
      .Field("OSName", "Linux")
      .Field("OSNameEn", "Linux")
      .Field("IoOptimized", true)
      .Field("DeviceAvailable", true)
      .Field("DeletionProtection", instance.deletion_protection)
      .Field("EnableNVS", false)
      .Field("Recyclable", false);
  for (const std::string_view name : kTexts) json.Field(name, TextOf(instance, name));
  for (const std::string_view name : kNumbers) WriteNumber(json, instance, name, name);
  for (const auto& [name, item] : kUnsetLists) WriteEmpty(json, name, item);
  WriteList(json, kPublicAddress, "IpAddress", OptionOf(instance, kPublicAddress));
  WriteInterfaces(json, instance);
  WriteList(json, "SecurityGroupIds", "SecurityGroupId", instance.security_group_ids);
  WriteMachineParts(json, instance);
  WriteInstanceParts(json, instance);
  WriteTags(json, instance.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kInstanceColumns = {
    Fixed<&Instance::seq>("seq", "> 0"),
    Fixed<&Instance::account>("account"),
    Fixed<&Instance::region>("region"),
    Fixed<&Instance::id>("id"),
    Col<&Instance::zone>("zone"),
    Col<&Instance::status>("status"),
    Col<&Instance::type>("type"),
    Col<&Instance::cpu>("cpu"),
    Col<&Instance::memory_mib>("memory_mib"),
    Col<&Instance::name>("name"),
    Col<&Instance::host_name>("host_name"),
    Col<&Instance::stopped_mode>("stopped_mode"),
    Col<&Instance::resource_group_id>("resource_group_id"),
    Col<&Instance::description>("description"),
    Col<&Instance::image_id>("image_id"),
    Col<&Instance::key_pair_name>("key_pair_name"),
    Col<&Instance::vpc_id>("vpc_id"),
    Col<&Instance::vswitch_id>("vswitch_id"),
    Col<&Instance::private_ip>("private_ip"),
    Col<&Instance::network_interface_id>("network_interface_id"),
    Col<&Instance::security_group_ids>("security_group_ids"),
    Col<&Instance::user_data>("user_data"),
    Col<&Instance::deletion_protection>("deletion_protection"),
    Fixed<&Instance::starts>("starts"),
    Col<&Instance::options>("options"),
    Fixed<&Instance::creation_time>("creation_time"),
    Col<&Instance::has_agent>("has_agent"),
    Col<&Instance::agent_refusal>("agent_refusal"),
    Col<&Instance::machine>("machine"),
};
constexpr Index kInstanceIndexes[] = {
    {.name = "place"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "key_pair", .column = "key_pair_name", .only_filled = true},
    {.name = "vpc", .column = "vpc_id", .only_filled = true},
    {.name = "vswitch", .column = "vswitch_id", .only_filled = true},
    {.name = "image", .column = "image_id", .only_filled = true},
    {.name = "address", .column = "private_ip", .only_filled = true},
    {.name = "resource_group", .column = "resource_group_id", .only_filled = true},
};
constexpr std::string_view kInstanceFacets[] = {"zone", "status", "type"};

}  // namespace

std::string OptionOf(const Instance& instance, std::string_view member, std::string_view unset) {
  for (const std::string_view line : base::Split(instance.options, '\n')) {
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos && line.substr(0, sign) == member)
      return std::string(line.substr(sign + 1));
  }
  return std::string(unset);
}

std::string PublicAddressOf(std::int64_t number) {
  return fmt::format("198.{}.{}.{}", 18 + (number >> 16 & 1), number >> 8 & 255, number & 255);
}

void SetOption(Instance& instance, std::string_view member, std::string_view value) {
  std::string options;
  for (const std::string_view line : base::Split(instance.options, '\n')) {
    if (!line.empty() && line.substr(0, line.find('=')) != member) options.append(line) += '\n';
  }
  if (!value.empty()) options.append(member).append("=").append(value) += '\n';
  instance.options = std::move(options);
}

template <>
const Kind<Instance>& KindOf<Instance>() {
  static const Kind<Instance> kind{{.name = "instance",
                                    .table = "instances",
                                    .id_prefix = "i-",
                                    .tag_type = "instance",
                                    .indexes = kInstanceIndexes,
                                    .facets = kInstanceFacets},
                                   kInstanceColumns,
                                   InstanceDocument};
  return kind;
}

}  // namespace cloudapi
