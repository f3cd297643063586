#include "cloudapi/actions/instances/order_params.h"

#include <fmt/format.h>

#include "cloudapi/actions/if_declared.h"

namespace cloudapi {
namespace {

// A parameter that names an object of a sort that this cloud has none of.
struct Nowhere {
  std::string_view parameter;
  std::string_view code;
};
constexpr Nowhere kNowhere[] = {
    {"LaunchTemplateId", "InvalidLaunchTemplate.NotFound"},
    {"LaunchTemplateName", "InvalidLaunchTemplate.NotFound"},
    {"DedicatedHostId", "InvalidDedicatedHostId.NotFound"},
    {"SchedulerOptions.DedicatedHostClusterId", "InvalidDedicatedHostClusterId.NotFound"},
    {"DeploymentSetId", "InvalidDeploymentSetId.NotFound"},
    {"HpcClusterId", "InvalidHpcClusterId.NotFound"},
    {"PrivatePoolOptions.Id", "InvalidPrivatePoolOptions.NotFound"},
    {"RamRoleName", "InvalidRamRole.NotFound"},
};

// Texts and numbers that ask for what is not served, whatever their value.
constexpr std::string_view kNotServedTexts[] = {
    "AutoReleaseTime", "SecurityOptions.ConfidentialComputingMode",
    "SecurityOptions.TrustedSystemMode", "StorageSetId"};

// A parameter that has no effect here, and the member of DescribeInstances that tells it.
struct Kept {
  std::string_view parameter;
  std::string_view member;
};
constexpr Kept kKeptTexts[] = {
    {"Affinity", "Affinity"},
    {"ClusterId", "ClusterId"},
    {"CpuOptions.Numa", "CpuOptions.Numa"},
    {"CpuOptions.TopologyType", "CpuOptions.TopologyType"},
    {"CreditSpecification", "CreditSpecification"},
    {"HttpEndpoint", "HttpEndpoint"},
    {"HttpTokens", "HttpTokens"},
    {"InternetChargeType", "InternetChargeType"},
    {"Isp", "ISP"},
    {"PrivatePoolOptions.MatchCriteria", "PrivatePoolOptions.MatchCriteria"},
    {"SpotInterruptionBehavior", "SpotInterruptionBehavior"},
    {"SpotStrategy", "SpotStrategy"},
    {"Tenancy", "Tenancy"},
    {"VlanId", "VlanId"},
};
constexpr Kept kKeptNumbers[] = {
    {"CpuOptions.Core", "CpuOptions.Core"},
    {"CpuOptions.ThreadsPerCore", "CpuOptions.ThreadsPerCore"},
    {"DeploymentSetGroupNo", "DeploymentSetGroupNo"},
    {"HttpPutResponseHopLimit", "HttpPutResponseHopLimit"},
    {"InternetMaxBandwidthIn", "InternetMaxBandwidthIn"},
    {"InternetMaxBandwidthOut", "InternetMaxBandwidthOut"},
    {"SpotDuration", "SpotDuration"},
};

constexpr Kept kKeptFlags[] = {
    {"AdditionalInfo.EnableHighDensityMode", "EnableHighDensityMode"},
    {"ImageOptions.LoginAsNonRoot", "LoginAsNonRoot"},
    {"NetworkOptions.EnableJumboFrame", "EnableJumboFrame"},
};

tl::unexpected<ApiError> NotServed(std::string_view what) {
  return Refuse(403, "OperationDenied", "run.not-served", fmt::format("{} is not served.", what));
}

Result<void> CheckModes(const Arguments& args) {
  for (const std::string_view name : kNotServedTexts) {
    if (!TextIf(args, name).empty()) return NotServed(name);
  }
  if (TextIf(args, "InstanceChargeType") == "PrePaid")
    return NotServed("InstanceChargeType=PrePaid");
  if (IsTrueIf(args, "HibernationOptions.Configured")) return NotServed("Hibernation");
  if (IntegerIf(args, "Ipv6AddressCount").value_or(0) > 0) return NotServed("IPv6");
  if (args.Declares("Ipv6Address") && !args.List("Ipv6Address").empty()) return NotServed("IPv6");
  if (TextIf(args, "IoOptimized") == "none") {
    return Refuse(400, "InvalidIoOptimizedValue.ValueNotSupported", "run.io-optimized",
                  "Every instance type here is I/O optimized.");
  }
  return {};
}

}  // namespace

Result<void> CheckServedOrder(const Arguments& args) {
  for (const Nowhere& row : kNowhere) {
    const std::string id = TextIf(args, row.parameter);
    if (id.empty()) continue;
    return Refuse(404, row.code, "run.exists",
                  fmt::format("{} {} does not exist.", row.parameter, id),
                  {{std::string(row.parameter), id}});
  }
  return CheckModes(args);
}

Result<void> KeepOptions(const Arguments& args, Instance& instance) {
  for (const Kept& row : kKeptTexts) {
    const std::string value = TextIf(args, row.parameter);
    if (value.find('\n') != std::string::npos) {
      return Refuse(400, "InvalidParameter", "run.line-break",
                    fmt::format("The parameter {} has a line break.", row.parameter));
    }
    SetOption(instance, row.member, value);
  }
  for (const Kept& row : kKeptNumbers) {
    if (const auto number = IntegerIf(args, row.parameter))
      SetOption(instance, row.member, std::to_string(*number));
  }
  for (const Kept& row : kKeptFlags) {
    if (IsTrueIf(args, row.parameter)) SetOption(instance, row.member, "true");
  }
  if (const auto price = args.Number("SpotPriceLimit"))
    SetOption(instance, "SpotPriceLimit", fmt::format("{}", *price));
  return {};
}

}  // namespace cloudapi
