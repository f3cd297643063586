#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/listing.h"

namespace cloudapi {
namespace {

// Instances are pay-as-you-go: all of them end in 2999, as their documents say.
constexpr TimeKeys kInstanceTimes[] = {{"CreationStartTime", "CreationEndTime", "o.creation_time"},
                                       {"ExpiredStartTime", "ExpiredEndTime", "32493801600000"}};

// Every instance is I/O optimized, has its devices, no IPv6 address and no limit of hops.
Result<Conditions> NoneIfOther(const ReadCall& call, const Filter&) {
  const bool other = call.args.Integer("HttpPutResponseHopLimit").value_or(0) != 0 ||
                     !call.args.Boolean("IoOptimized").value_or(true) ||
                     !call.args.Boolean("DeviceAvailable").value_or(true) ||
                     !call.args.List("Ipv6Address").empty();
  return other ? Conditions{where::Never{}} : Conditions{};
}

constexpr Filter kInstanceFilters[] = {
    {"InstanceIds", filters::Ids, "InvalidInstanceIds.Malformed"},
    {"InstanceName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"ZoneId", filters::Text, "zone"},
    {"Status", filters::Text, "status"},
    {.param = "Filter", .conditions = filters::Times, .times = kInstanceTimes},
    {"InstanceType", filters::Text, "type"},
    {"InstanceTypeFamily", filters::Family, "type"},
    {"VSwitchId", filters::Text, "vswitch_id"},
    {"VpcId", filters::Text, "vpc_id"},
    {"SecurityGroupId", filters::Member, "$.SecurityGroupIds.SecurityGroupId"},
    {"KeyPairName", filters::Text, "key_pair_name"},
    {"ImageId", filters::Text, "image_id"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"HpcClusterId", filters::Member, "$.HpcClusterId"},
    {"InstanceChargeType", filters::Member, "$.InstanceChargeType"},
    {"InstanceNetworkType", filters::Member, "$.InstanceNetworkType"},
    {"InternetChargeType", filters::Member, "$.InternetChargeType"},
    {"LockReason", filters::Member, "$.OperationLocks.LockReason[0].LockReason"},
    {"HttpEndpoint", filters::Member, "$.MetadataOptions.HttpEndpoint"},
    {"HttpTokens", filters::Member, "$.MetadataOptions.HttpTokens"},
    {"PrivateIpAddresses", filters::AnyOfItems, "private_ip"},
    {"InnerIpAddresses", filters::MemberList, "$.InnerIpAddress.IpAddress"},
    {"PublicIpAddresses", filters::MemberList, "$.PublicIpAddress.IpAddress"},
    {"EipAddresses", filters::MemberList, "$.EipAddress.IpAddress"},
    {"RdmaIpAddresses", filters::MemberList, "$.RdmaIpAddress.IpAddress"},
    {.conditions = NoneIfOther},
};

Result<Conditions> Named(const ReadCall& call, const Filter& filter) {
  const auto& ids = call.args.List(filter.param);
  return ids.empty() ? Conditions{} : Conditions{where::Ids{ids}};
}

// No instance here belongs to a cluster.
Result<Conditions> NoneInCluster(const ReadCall& call, const Filter& filter) {
  return call.args.Text(filter.param) ? Conditions{where::Never{}} : Conditions{};
}

constexpr Filter kStatusFilters[] = {
    {"InstanceId", Named},
    {"ZoneId", filters::Text, "zone"},
    {"ClusterId", NoneInCluster},
};

}  // namespace

Result<Answer> DescribeInstanceStatus(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Instance>(),
                     .action = "DescribeInstanceStatus",
                     .outer = "InstanceStatuses",
                     .inner = "InstanceStatus",
                     .filters = kStatusFilters,
                     .paging = {.pages_only = true},
                     .row = "json_object('InstanceId', o.id, 'Status', o.status)"});
}

Result<Answer> DescribeInstances(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Instance>(),
                     .action = "DescribeInstances",
                     .outer = "Instances",
                     .inner = "Instance",
                     .filters = kInstanceFilters});
}

}  // namespace cloudapi
