#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/listing.h"

namespace cloudapi {
namespace {

constexpr std::string_view kStatuses[] = {"Pending", "Starting", "Running", "Stopping", "Stopped"};
constexpr WordRule kStatusRule{"Status", kStatuses, 400, "InvalidStatus.ValueNotSupported"};
// Instances are pay-as-you-go: all of them end in 2999, as their documents say.
constexpr TimeKeys kTimes[] = {{"CreationStartTime", "CreationEndTime", "o.creation_time"},
                               {"ExpiredStartTime", "ExpiredEndTime", "32493801600000"}};

// Every instance is I/O optimized, has its devices, no IPv6 address and no limit of hops.
bool WantsAnotherKind(const Arguments& args) {
  return args.Integer("HttpPutResponseHopLimit").value_or(0) != 0 ||
         !args.Boolean("IoOptimized").value_or(true) ||
         !args.Boolean("DeviceAvailable").value_or(true) || !args.List("Ipv6Address").empty();
}

constexpr Filter kFilters[] = {
    filters::Ids("InstanceIds", "InvalidInstanceIds.Malformed"),
    filters::Name("InstanceName", "name"),
    filters::Tags(),
    filters::Text("ZoneId", "zone"),
    filters::Word("status", kStatusRule),
    filters::Times(kTimes),
    filters::Text("InstanceType", "type"),
    filters::Family("InstanceTypeFamily", "type"),
    filters::Member("VpcId", "$.VpcAttributes.VpcId"),
    filters::Member("VSwitchId", "$.VpcAttributes.VSwitchId"),
    filters::Member("SecurityGroupId", "$.SecurityGroupIds.SecurityGroupId"),
    filters::Member("ImageId", "$.ImageId"),
    filters::Member("KeyPairName", "$.KeyPairName"),
    filters::Member("ResourceGroupId", "$.ResourceGroupId"),
    filters::Member("HpcClusterId", "$.HpcClusterId"),
    filters::Member("InstanceChargeType", "$.InstanceChargeType"),
    filters::Member("InstanceNetworkType", "$.InstanceNetworkType"),
    filters::Member("InternetChargeType", "$.InternetChargeType"),
    filters::Member("LockReason", "$.OperationLocks.LockReason[0].LockReason"),
    filters::Member("HttpEndpoint", "$.MetadataOptions.HttpEndpoint"),
    filters::Member("HttpTokens", "$.MetadataOptions.HttpTokens"),
    filters::MemberList("PrivateIpAddresses", "$.VpcAttributes.PrivateIpAddress.IpAddress"),
    filters::MemberList("InnerIpAddresses", "$.InnerIpAddress.IpAddress"),
    filters::MemberList("PublicIpAddresses", "$.PublicIpAddress.IpAddress"),
    filters::MemberList("EipAddresses", "$.EipAddress.IpAddress"),
    filters::MemberList("RdmaIpAddresses", "$.RdmaIpAddress.IpAddress"),
    filters::None(WantsAnotherKind),
};

}  // namespace

Result<Answer> DescribeInstances(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Instance>(),
                     .action = "DescribeInstances",
                     .outer = "Instances",
                     .inner = "Instance",
                     .filters = kFilters});
}

}  // namespace cloudapi
