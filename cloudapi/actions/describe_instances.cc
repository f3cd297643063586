#include "cloudapi/actions/describe.h"

namespace cloudapi {
namespace {

constexpr std::string_view kStatuses[] = {"Pending", "Starting", "Running", "Stopping", "Stopped"};
constexpr WordRule kStatusRule{"Status", kStatuses, 400, "InvalidStatus.ValueNotSupported"};
constexpr TimeKeys kTimes[] = {{"CreationStartTime", "CreationEndTime"},
                               {"ExpiredStartTime", "ExpiredEndTime"}};

// Parameters that are compared with one member of the stored document.
struct MemberParam {
  std::string_view name;
  std::string_view path;
};
constexpr MemberParam kTexts[] = {
    {"VpcId", "$.VpcAttributes.VpcId"},
    {"VSwitchId", "$.VpcAttributes.VSwitchId"},
    {"SecurityGroupId", "$.SecurityGroupIds.SecurityGroupId"},
    {"ImageId", "$.ImageId"},
    {"KeyPairName", "$.KeyPairName"},
    {"ResourceGroupId", "$.ResourceGroupId"},
    {"HpcClusterId", "$.HpcClusterId"},
    {"InstanceChargeType", "$.InstanceChargeType"},
    {"InstanceNetworkType", "$.InstanceNetworkType"},
    {"InternetChargeType", "$.InternetChargeType"},
    {"LockReason", "$.OperationLocks.LockReason[0].LockReason"},
    {"HttpEndpoint", "$.MetadataOptions.HttpEndpoint"},
    {"HttpTokens", "$.MetadataOptions.HttpTokens"},
};
constexpr MemberParam kAddresses[] = {
    {"PrivateIpAddresses", "$.VpcAttributes.PrivateIpAddress.IpAddress"},
    {"InnerIpAddresses", "$.InnerIpAddress.IpAddress"},
    {"PublicIpAddresses", "$.PublicIpAddress.IpAddress"},
    {"EipAddresses", "$.EipAddress.IpAddress"},
    {"RdmaIpAddresses", "$.RdmaIpAddress.IpAddress"},
};

void ReadMembers(const Params& params, InstanceFilter& filter) {
  for (const auto& [name, path] : kTexts)
    if (auto text = params.String(name)) filter.members.push_back({path, {std::move(*text)}});
  for (const auto& [name, path] : kAddresses)
    if (auto addresses = params.JsonList(name))
      filter.members.push_back({path, std::move(*addresses)});
  // Every instance is I/O optimized, has its devices, no IPv6 address and no limit of hops.
  if (params.Integer("HttpPutResponseHopLimit").value_or(0) != 0 ||
      !params.Boolean("IoOptimized").value_or(true) ||
      !params.Boolean("DeviceAvailable").value_or(true) || !params.List("Ipv6Address").empty())
    filter.ids = std::vector<std::string>();
}

// Instances are pay-as-you-go: the API answers this end for all of them.
bool ExpiresWithin(const TimeRange& range) {
  static constexpr std::string_view kNever = "2999-09-08T16:00Z";
  const SysMillis never = *ParseTime(kNever);
  return (!range.from || *range.from <= never) && (!range.to || never <= *range.to);
}

}  // namespace

Result<Answer> DescribeInstances(const ActionContext& context, Reader& reader,
                                 const Params& params) {
  InstanceFilter filter;
  filter.account = context.call.account;
  filter.region = context.call.region;
  auto ids = Ids(params, "InstanceIds", "InvalidInstanceIds.Malformed");
  if (!ids) return Fail(ids.error());
  filter.ids = std::move(*ids);
  if (const auto region = CheckRegion(context, filter.ids.has_value(), {}); !region)
    return Fail(region.error());
  filter.zone = params.StringOr("ZoneId", "");
  filter.name = params.StringOr("InstanceName", "");
  filter.type = params.StringOr("InstanceType", "");
  filter.family = params.StringOr("InstanceTypeFamily", "");
  const auto status = Word(params, kStatusRule);
  if (!status) return Fail(status.error());
  filter.status = *status;
  ReadMembers(params, filter);
  auto tags = TagMatches(params);
  if (!tags) return Fail(tags.error());
  filter.tags = std::move(*tags);
  const auto times = TimeRanges(params, kTimes);
  if (!times) return Fail(times.error());
  filter.created_from = times->front().from;
  filter.created_to = times->front().to;
  if (!ExpiresWithin(times->back())) filter.ids = std::vector<std::string>();
  return DescribeRows(context, reader, params, filter,
                      {"DescribeInstances", "Instances", "Instance"}, {});
}

}  // namespace cloudapi
