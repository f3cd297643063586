#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"
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
  WriteUnset(json, {"ClusterId", "CreditSpecification", "Description", "ImageId", "VlanId"});
  json.Key("DedicatedHostAttribute").BeginObject();
  WriteUnset(json, {"DedicatedHostId", "DedicatedHostName"});
  json.EndObject();
  json.Key("SecurityOptions").BeginObject().Field("EnableSecureBoot", false).EndObject();
  WriteEmpty(json, "OperationLocks", "LockReason");
}

// No network is kept here.
void WriteNetwork(JsonWriter& json) {
  json.Field("InstanceNetworkType", "vpc")
      .Field("InternetChargeType", "PayByTraffic")
      .Field("InternetMaxBandwidthIn", 0)
      .Field("InternetMaxBandwidthOut", 0)
      .Field("EnableJumboFrame", false)
      .Field("EnableNetworkEncryption", false);
  json.Key("NetworkOptions").BeginObject().Field("BandwidthWeighting", "");
  json.Field("EnableJumboFrame", false).Field("EnableNetworkEncryption", false).EndObject();
  json.Key("EipAddress").BeginObject().Field("Bandwidth", 0);
  WriteUnset(json, {"AllocationId", "InternetChargeType", "IpAddress"});
  json.EndObject();
  WriteEmpty(json, "InnerIpAddress", "IpAddress");
  WriteEmpty(json, "PublicIpAddress", "IpAddress");
  WriteEmpty(json, "SecurityGroupIds", "SecurityGroupId");
  json.Key("VpcAttributes").BeginObject();
  WriteUnset(json, {"NatIpAddress", "VSwitchId", "VpcId"});
  WriteEmpty(json, "PrivateIpAddress", "IpAddress");
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
  WriteNetwork(json);
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
