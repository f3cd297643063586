#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// What is known of the instance itself.
void WriteItself(JsonWriter& json, const Instance& instance) {
  json.Field("InstanceId", instance.id)
      .Field("InstanceName", instance.name)
      .Field("HostName", instance.host_name)
      .Field("RegionId", instance.region)
      .Field("ZoneId", instance.zone)
      .Field("Status", WordOf(instance.status))
      .Field("StoppedMode", instance.stopped_mode)
      .Field("InstanceType", instance.type)
      .Field("Cpu", instance.cpu)
      .Field("Memory", instance.memory_mib)
      .Field("SerialNumber", SerialNumber(instance.id))
      .Field("CreationTime", base::FormatMinutes(instance.creation_time))
      .Field("ExpiredTime", kNeverExpires)
      .Field("InstanceChargeType", "PostPaid")
      .Field("IoOptimized", "optimized");
  for (const std::string_view option : {"ClusterId", "CreditSpecification"})
    json.Field(option, OptionOf(instance, option));
  json.Field("Description", instance.description).Field("ImageId", instance.image_id);
  json.Field("VlanId", OptionOf(instance, "VlanId"));
  json.Key("DedicatedHostAttribute").BeginObject();
  WriteUnset(json, {"DedicatedHostId", "DedicatedHostName"});
  json.EndObject();
  json.Key("SecurityOptions").BeginObject().Field("EnableSecureBoot", false).EndObject();
  WriteEmpty(json, "OperationLocks", "LockReason");
}

std::int64_t NumberOf(const Instance& instance, std::string_view option) {
  return base::ParseNumber<std::int64_t>(OptionOf(instance, option)).value_or(0);
}

void WriteNetwork(JsonWriter& json, const Instance& instance) {
  json.Field("InstanceNetworkType", "vpc")
      .Field("InternetChargeType", OptionOf(instance, "InternetChargeType", "PayByTraffic"))
      .Field("InternetMaxBandwidthIn", NumberOf(instance, "InternetMaxBandwidthIn"))
      .Field("InternetMaxBandwidthOut", NumberOf(instance, "InternetMaxBandwidthOut"))
      .Field("EnableJumboFrame", OptionOf(instance, "EnableJumboFrame") == "true")
      .Field("EnableNetworkEncryption", false);
  json.Key("NetworkOptions").BeginObject().Field("BandwidthWeighting", "");
  json.Field("EnableJumboFrame", OptionOf(instance, "EnableJumboFrame") == "true");
  json.Field("EnableNetworkEncryption", false).EndObject();
  json.Key("EipAddress").BeginObject().Field("Bandwidth", 0);
  WriteUnset(json, {"AllocationId", "InternetChargeType", "IpAddress"});
  json.EndObject();
  WriteEmpty(json, "InnerIpAddress", "IpAddress");
  WriteList(json, kPublicAddress, "IpAddress", OptionOf(instance, kPublicAddress));
  WriteList(json, "SecurityGroupIds", "SecurityGroupId", instance.security_group_ids);
  json.Key("VpcAttributes").BeginObject();
  json.Field("NatIpAddress", "");
  json.Field("VSwitchId", instance.vswitch_id).Field("VpcId", instance.vpc_id);
  WriteList(json, "PrivateIpAddress", "IpAddress", instance.private_ip);
  json.EndObject();
}

}  // namespace

Result<Answer> DescribeInstanceAttribute(const ReadCall& call) {
  const std::string& id = call.args.TextOrEmpty("InstanceId");
  const auto instance = call.view.Find<Instance>(call.caller.account, call.caller.region, id);
  if (!instance) {
    return Refuse(404, kNotFound<Instance>, "instance.exists",
                  fmt::format("There is no instance {} in this account.", id), {{"instance", id}});
  }
  JsonWriter json;
  WriteItself(json, *instance);
  WriteNetwork(json, *instance);
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
