#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/base/cidr.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/sequences.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

constexpr std::string_view kDefaultVpcBlock = "172.16.0.0/12";

// 8 to 28 bits. Source: VPC API reference, CreateVpc.
Result<void> CheckVpcBlock(const std::string& text) {
  constexpr int kLeastBits = 8;
  constexpr int kMostBits = 28;
  const auto block = ParseCidr(text);
  if (block && block->bits >= kLeastBits && block->bits <= kMostBits) return {};
  return Refuse(400, "InvalidCidrBlock.Malformed", "vpc.cidr",
                fmt::format("{} is no block of 8 to 28 bits.", text), {{"cidr", text}});
}

// No IPv6 and no pool of addresses is kept here.
Result<void> CheckVpcTexts(const std::string& name, const std::string& description) {
  if (auto good = CheckNetworkName(name, "InvalidVpcName.Malformed"); !good) return good;
  return CheckDescription(description, 400);
}

// The network that the call names, in its region or in any.
Result<Vpc> VpcOf(const WriteCall& call) {
  return Find<Vpc>(call, call.args.TextOrEmpty("VpcId"));
}

tl::unexpected<ApiError> InUse(const Vpc& vpc, std::string_view code, std::string_view what) {
  return Refuse(400, code, "vpc.in-use", fmt::format("VPC {} still has {}.", vpc.id, what),
                {{"vpc", vpc.id}});
}

}  // namespace

Result<void> CheckNetworkName(const std::string& name, std::string_view code) {
  constexpr std::size_t kMostCharacters = 128;
  const auto length = CountCharacters(name);
  const bool url = name.starts_with("http://") || name.starts_with("https://");
  if (length && *length <= kMostCharacters && !url) return {};
  return Refuse(400, code, "network.name",
                fmt::format("The name has {} characters; at most {} are taken, and no address.",
                            length.value_or(0), kMostCharacters));
}

Result<Answer> CreateVpc(const WriteCall& call) {
  const Arguments& args = call.args;
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  Vpc vpc{.account = call.caller.account,
          .region = call.caller.region,
          .name = args.TextOrEmpty("VpcName"),
          .description = args.TextOrEmpty("Description"),
          .cidr_block = args.TextOr("CidrBlock", kDefaultVpcBlock),
          .user_cidrs = args.TextOrEmpty("UserCidr"),
          .resource_group_id = args.TextOrEmpty("ResourceGroupId"),
          .dns_hostnames = args.IsTrue("EnableDnsHostname"),
          .tags = TagsOf(args)};
  for (const Result<void>& checked :
       {CheckVpcBlock(vpc.cidr_block), CheckVpcTexts(vpc.name, vpc.description),
        CheckNewTags(call, vpc.tags), CheckResourceGroup(vpc.resource_group_id)}) {
    if (!checked) return Fail(checked.error());
  }
  const std::string code = call.catalogue.FindRegion(vpc.region)->id_code;
  vpc.id = call.tx.NextId<Vpc>(code);
  // The router and its table come with the network and have ids of the same number.
  const std::string number = vpc.id.substr(vpc.id.find('-') + 1);
  vpc.router_id = "vrt-" + number;
  vpc.route_table_id = "vtb-" + number;
  vpc.creation_time = call.tx.Now();
  vpc.seq = call.tx.NextSeq();
  call.tx.Put(vpc);
  JsonWriter json;
  json.Field("VpcId", vpc.id).Field("VRouterId", vpc.router_id);
  json.Field("RouteTableId", vpc.route_table_id).Field("ResourceGroupId", vpc.resource_group_id);
  return Answer{.members = json.Take()};
}

Result<Answer> ModifyVpcAttribute(const WriteCall& call) {
  auto vpc = VpcOf(call);
  if (!vpc) return Fail(vpc.error());
  if (call.args.Has("VpcName")) vpc->name = call.args.TextOrEmpty("VpcName");
  if (call.args.Has("Description")) vpc->description = call.args.TextOrEmpty("Description");
  vpc->dns_hostnames = call.args.Boolean("EnableDnsHostname").value_or(vpc->dns_hostnames);
  if (const auto block = call.args.Text("CidrBlock"); block && *block != vpc->cidr_block) {
    if (!vpc->vswitch_ids.empty()) return InUse(*vpc, "DependencyViolation.VSwitch", "vSwitches");
    vpc->cidr_block = *block;
  }
  for (const Result<void>& checked :
       {CheckVpcBlock(vpc->cidr_block), CheckVpcTexts(vpc->name, vpc->description)}) {
    if (!checked) return Fail(checked.error());
  }
  call.tx.Put(*vpc);
  return Answer{};
}

Result<Answer> DeleteVpc(const WriteCall& call) {
  const auto vpc = VpcOf(call);
  if (!vpc) return Fail(vpc.error());
  if (!vpc->vswitch_ids.empty()) return InUse(*vpc, "DependencyViolation.VSwitch", "vSwitches");
  if (vpc->security_groups > 0)
    return InUse(*vpc, "DependencyViolation.SecurityGroup", "security groups");
  call.tx.Erase(*vpc);
  return Answer{};
}

Result<Answer> ModifyRouteTableAttributes(const WriteCall& call) {
  const std::string id = call.args.TextOrEmpty("RouteTableId");
  constexpr std::string_view kTable = "vtb-";
  auto vpc = call.tx.Find<Vpc>(call.caller.account, call.caller.region,
                               id.starts_with(kTable) ? "vpc-" + id.substr(kTable.size()) : id);
  if (!vpc || vpc->route_table_id != id) {
    return Refuse(404, "InvalidRouteTableId.NotFound", "route-table.exists",
                  fmt::format("There is no route table {} in this account.", id),
                  {{"route-table", id}});
  }
  if (call.args.Has("RouteTableName"))
    vpc->route_table_name = call.args.TextOrEmpty("RouteTableName");
  if (call.args.Has("Description"))
    vpc->route_table_description = call.args.TextOrEmpty("Description");
  vpc->route_propagation =
      call.args.Boolean("RoutePropagationEnable").value_or(vpc->route_propagation);
  if (auto good = CheckVpcTexts(vpc->route_table_name, vpc->route_table_description); !good)
    return Fail(good.error());
  call.tx.Put(*vpc);
  return Answer{};
}

Result<Answer> MoveResourceGroup(const WriteCall& call) {
  const std::string group = call.args.TextOrEmpty("NewResourceGroupId");
  if (auto known = CheckResourceGroup(group); !known) return Fail(known.error());
  const std::string id = call.args.TextOrEmpty("ResourceId");
  if (call.args.TextOrEmpty("ResourceType") == "VSWITCH") {
    auto vswitch = Find<VSwitch>(call, id);
    if (!vswitch) return Fail(vswitch.error());
    vswitch->resource_group_id = group;
    call.tx.Put(*vswitch);
    return Answer{};
  }
  auto vpc = Find<Vpc>(call, id);
  if (!vpc) return Fail(vpc.error());
  vpc->resource_group_id = group;
  call.tx.Put(*vpc);
  return Answer{};
}

}  // namespace cloudapi
