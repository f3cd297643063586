#include <fmt/format.h>

#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/actions/tag_params.h"

namespace cloudapi {
namespace {

// The members of the one object that the call names.
template <class T>
Result<Answer> MembersOf(const ReadCall& call, std::string_view parameter) {
  const std::string& id = call.args.TextOrEmpty(parameter);
  const auto object = call.view.Find<T>(call.caller.account, call.caller.region, id);
  if (!object) {
    return Refuse(404, kNotFound<T>, std::string(KindOf<T>().name) + ".exists",
                  fmt::format("There is no {} {} in this account.", KindOf<T>().name, id),
                  {{std::string(parameter), id}});
  }
  const std::string document = KindOf<T>().document(*object);
  return Answer{.members = document.substr(1, document.size() - 2)};
}

// No network here is a default one or has IPv6.
Result<Conditions> NoneIfAsked(const ReadCall& call, const Filter& filter) {
  return call.args.IsTrue(filter.param) ? Conditions{where::Never{}} : Conditions{};
}

// What nothing here has, so whoever asks for it finds nothing.
Result<Conditions> NoneOfNetwork(const ReadCall& call, const Filter& filter) {
  return call.args.Has(filter.param) && !call.args.TextOrEmpty(filter.param).empty()
             ? Conditions{where::Never{}}
             : Conditions{};
}

Result<Conditions> NoneOfList(const ReadCall& call, const Filter& filter) {
  return call.args.List(filter.param).empty() ? Conditions{} : Conditions{where::Never{}};
}

// Route tables have no tags.
Result<Conditions> NoneOfTags(const ReadCall& call, const Filter&) {
  const auto matches = TagMatches(call.args);
  if (!matches) return Fail(matches.error());
  return matches->empty() ? Conditions{} : Conditions{where::Never{}};
}

// Every route table is of a router of a VPC.
Result<Conditions> OfVRouter(const ReadCall& call, const Filter& filter) {
  return call.args.TextOr(filter.param, "VRouter") == "VRouter" ? Conditions{}
                                                                : Conditions{where::Never{}};
}

Result<Conditions> NamedVpc(const ReadCall& call, const Filter& filter) {
  const auto id = call.args.Text(filter.param);
  return id ? Conditions{where::Ids{{*id}}} : Conditions{};
}

Result<Conditions> NamedInterfaces(const ReadCall& call, const Filter& filter) {
  const auto& ids = call.args.List(filter.param);
  return ids.empty() ? Conditions{} : Conditions{where::Ids{ids}};
}

constexpr Filter kVpcFilters[] = {
    {"VpcId", filters::Items},
    {"VpcName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"DhcpOptionsSetId", NoneOfNetwork},
    {"IsDefault", NoneIfAsked},
    {"EnableIpv6", NoneIfAsked},
};
constexpr Filter kRouteTableFilters[] = {
    {"VpcId", NamedVpc},
    {"RouteTableId", filters::Text, "route_table_id"},
    {"RouterId", filters::Text, "router_id"},
    {"RouteTableName", filters::Text, "route_table_name"},
    {"RouterType", OfVRouter},
    {"Tag", NoneOfTags},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
};
constexpr Filter kVSwitchFilters[] = {
    {"VSwitchId", filters::Items},
    {"VpcId", filters::Text, "vpc_id"},
    {"VSwitchName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"ZoneId", filters::Text, "zone"},
    {"RouteTableId", filters::Text, "route_table_id"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"IsDefault", NoneIfAsked},
    {"EnableIpv6", NoneIfAsked},
};
constexpr Filter kInterfaceFilters[] = {
    {"NetworkInterfaceId", NamedInterfaces},
    {"InstanceId", filters::Text, "instance_id"},
    {"PrimaryIpAddress", filters::Text, "private_ip"},
    {"PrivateIpAddress", filters::AnyOf, "private_ip"},
    {"Tag", filters::Tags},
    {"VSwitchId", filters::Text, "vswitch_id"},
    {"VpcId", filters::Text, "vpc_id"},
    {"SecurityGroupId", filters::Member, "$.SecurityGroupIds.SecurityGroupId"},
    {"Type", filters::Member, "$.Type"},
    {"Status", filters::Member, "$.Status"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"NetworkInterfaceName", filters::Name, "name"},
    {"Ipv6Address", NoneOfList},
    {"ServiceManaged", NoneIfAsked},
};

// The system route table of a network; there are no others.
constexpr std::string_view kRouteTableRow =
    "json_object('VpcId', o.id, 'RouteTableId', o.route_table_id, 'RouterId', o.router_id, "
    "'RouteTableName', o.route_table_name, 'Description', o.route_table_description, "
    "'RouteTableType', 'System', 'RouterType', 'VRouter', 'AssociateType', 'VSwitch', "
    "'Status', 'Available', 'ResourceGroupId', o.resource_group_id, "
    "'RoutePropagationEnable', json(iif(o.route_propagation, 'true', 'false')), "
    "'CreationTime', strftime('%Y-%m-%dT%H:%M:%SZ', o.creation_time / 1000, 'unixepoch'), "
    "'VSwitchIds', json_object('VSwitchId', json('[]')), 'Tags', json_object('Tag', json('[]')))";

}  // namespace

Result<Answer> DescribeVpcAttribute(const ReadCall& call) {
  return MembersOf<Vpc>(call, "VpcId");
}

Result<Answer> DescribeVSwitchAttributes(const ReadCall& call) {
  return MembersOf<VSwitch>(call, "VSwitchId");
}

Result<Answer> DescribeVpcs(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Vpc>(),
                     .action = "DescribeVpcs",
                     .outer = "Vpcs",
                     .inner = "Vpc",
                     .filters = kVpcFilters,
                     .paging = {.pages_only = true}});
}

Result<Answer> DescribeRouteTableList(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Vpc>(),
                     .action = "DescribeRouteTableList",
                     .outer = "RouterTableList",
                     .inner = "RouterTableListType",
                     .filters = kRouteTableFilters,
                     .paging = {.pages_only = true},
                     .row = kRouteTableRow});
}

Result<Answer> DescribeVSwitches(const ReadCall& call) {
  return List(call, {.kind = &KindOf<VSwitch>(),
                     .action = "DescribeVSwitches",
                     .outer = "VSwitches",
                     .inner = "VSwitch",
                     .filters = kVSwitchFilters,
                     .paging = {.pages_only = true}});
}

Result<Answer> DescribeNetworkInterfaces(const ReadCall& call) {
  return List(call, {.kind = &KindOf<NetworkInterface>(),
                     .action = "DescribeNetworkInterfaces",
                     .outer = "NetworkInterfaceSets",
                     .inner = "NetworkInterfaceSet",
                     .filters = kInterfaceFilters});
}

}  // namespace cloudapi
