#include "cloudapi/resources/instance.h"

#include <algorithm>
#include <initializer_list>

#include "cloudapi/resources/disk.h"
#include "cloudapi/resources/document.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// "ecs.g7.xlarge" → "ecs.g7"
std::string FamilyOf(const std::string& type) {
  return type.substr(0, type.rfind('.'));
}

constexpr std::string_view kResourceGroupId = "ResourceGroupId";

// Members of an instance that this service knows and that, but for its group, are never set here.
constexpr std::array<std::string_view, 14> kUnsetTexts = {"AutoReleaseTime",
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
constexpr std::array<std::string_view, 8> kUnsetNumbers = {
    "DeploymentSetGroupNo",   "GPUAmount",
    "InternetMaxBandwidthIn", "InternetMaxBandwidthOut",
    "LocalStorageAmount",     "LocalStorageCapacity",
    "SpotDuration",           "SpotPriceLimit"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kUnsetLists = {{
    {"InnerIpAddress", "IpAddress"},
    {"NetworkInterfaces", "NetworkInterface"},
    {"OperationLocks", "LockReason"},
    {"PublicIpAddress", "IpAddress"},
    {"RdmaIpAddress", "IpAddress"},
    {"SecurityGroupIds", "SecurityGroupId"},
}};

// What the guest sees of its machine.
void WriteMachineParts(JsonWriter& json, const Instance& instance) {
  json.Key("CpuOptions").BeginObject();
  json.Field("CoreCount", std::max(instance.cpu / 2, 1)).Field("ThreadsPerCore", 2);
  json.Field("EnableVISST", false).Field("EnableVRDT", false);
  WriteUnset(json, {"NestedVirtualization", "Numa", "TopologyType", "TurboMode"});
  json.EndObject();
  json.Key("ClockOptions").BeginObject().Field("PtpStatus", "disabled").EndObject();
  json.Key("ImageOptions").BeginObject().Field("CurrentOSNVMeSupported", false);
  json.Field("LoginAsNonRoot", false).EndObject();
  json.Key("SecurityOptions").BeginObject().Field("EnableSecureBoot", false).EndObject();
  json.Key("MetadataOptions").BeginObject();
  json.Field("HttpEndpoint", "enabled").Field("HttpTokens", "optional");
  json.Field("HttpPutResponseHopLimit", 0).Field("InstanceMetadataTags", "disabled").EndObject();
}

// An object whose members are texts that are not set.
void WriteUnsetObject(JsonWriter& json, std::string_view name,
                      std::initializer_list<std::string_view> members) {
  json.Key(name).BeginObject();
  WriteUnset(json, members);
  json.EndObject();
}

// Other objects inside an instance, all empty here; clients read AdditionalInfo and VpcAttributes.
void WriteInstanceParts(JsonWriter& json) {
  json.Key("AdditionalInfo").BeginObject().Field("EnableHighDensityMode", false);
  json.Field("ManagedHostId", "").Field("NodeSerialNumber", "").EndObject();
  WriteUnsetObject(json, "DedicatedHostAttribute",
                   {"DedicatedHostClusterId", "DedicatedHostId", "DedicatedHostName"});
  WriteUnsetObject(json, "DedicatedInstanceAttribute", {"Affinity", "Tenancy"});
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
  json.Field("VSwitchId", "").Field("VpcId", "");
  WriteEmpty(json, "PrivateIpAddress", "IpAddress");
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
      .Field("InternetChargeType", "PayByTraffic")
      .Field("SpotStrategy", "NoSpot")
      .Field("StoppedMode", instance.stopped_mode)
      .Field("OSType", "linux")
      .Field("OSName", "Linux")
      .Field("OSNameEn", "Linux")
      .Field("IoOptimized", true)
      .Field("DeviceAvailable", true)
      .Field("DeletionProtection", false)
      .Field("EnableNVS", false)
      .Field("Recyclable", false);
  for (const std::string_view name : kUnsetTexts) {
    const bool is_group = name == kResourceGroupId;
    json.Field(name, is_group ? std::string_view(instance.resource_group_id) : "");
  }
  for (const std::string_view name : kUnsetNumbers) json.Field(name, 0);
  for (const auto& [name, item] : kUnsetLists) WriteEmpty(json, name, item);
  WriteMachineParts(json, instance);
  WriteInstanceParts(json);
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
    Fixed<&Instance::creation_time>("creation_time"),
    Col<&Instance::has_agent>("has_agent"),
    Col<&Instance::agent_refusal>("agent_refusal"),
    Col<&Instance::machine>("machine"),
};
constexpr Index kInstanceIndexes[] = {
    {.name = "place"},
    {.name = "zone", .column = "zone"},
    {.name = "status", .column = "status"},
    {.name = "name", .column = "name", .only_filled = true},
};
constexpr std::string_view kInstanceFacets[] = {"zone", "status", "type"};

}  // namespace

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
