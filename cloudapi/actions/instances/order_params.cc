#include "cloudapi/actions/instances/order_params.h"

#include <fmt/format.h>

#include "cloudapi/actions/if_declared.h"

namespace cloudapi {
namespace {

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

}  // namespace

Result<void> CheckServedOrder(const Arguments& args) {
  if (TextIf(args, "InstanceChargeType") == "PrePaid")
    return NotServed("InstanceChargeType=PrePaid");
  if (IsTrueIf(args, "HibernationOptions.Configured")) return NotServed("Hibernation");
  if (IntegerIf(args, "Ipv6AddressCount").value_or(0) > 0) return NotServed("IPv6");
  if (TextIf(args, "IoOptimized") == "none") {
    return Refuse(400, "InvalidIoOptimizedValue.ValueNotSupported", "run.io-optimized",
                  "Every instance type here is I/O optimized.");
  }
  return {};
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
