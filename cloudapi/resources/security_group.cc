#include "cloudapi/resources/security_group.h"

#include "cloudapi/resources/document.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

std::string GroupDocument(const SecurityGroup& group) {
  JsonWriter json;
  json.BeginObject()
      .Field("SecurityGroupId", group.id)
      .Field("SecurityGroupName", group.name)
      .Field("Description", group.description)
      .Field("SecurityGroupType", group.type)
      .Field("VpcId", group.vpc_id)
      .Field("CreationTime", base::FormatTime(group.creation_time))
      .Field("ResourceGroupId", group.resource_group_id)
      .Field("EcsCount", group.instances)
      .Field("RuleCount", group.rules)
      .Field("ServiceManaged", false);
  WriteTags(json, group.tags);
  json.EndObject();
  return json.Take();
}

std::string RuleDocument(const SecurityRule& rule) {
  const bool in = rule.direction == RuleDirection::kIngress;
  JsonWriter json;
  json.BeginObject()
      .Field("SecurityGroupRuleId", rule.id)
      .Field("Direction", WordOf(rule.direction))
      .Field("IpProtocol", rule.ip_protocol)
      .Field("Policy", rule.policy)
      .Field("Priority", rule.priority)
      .Field("PortRange", rule.port_range)
      .Field("SourcePortRange", rule.source_port_range)
      .Field("NicType", rule.nic_type)
      .Field("Description", rule.description)
      .Field("CreateTime", base::FormatTime(rule.creation_time))
      .Field("SourceCidrIp", rule.source_cidr)
      .Field("DestCidrIp", rule.dest_cidr)
      .Field("Ipv6SourceCidrIp", rule.ipv6_source_cidr)
      .Field("Ipv6DestCidrIp", rule.ipv6_dest_cidr)
      .Field("SourceGroupId", in ? rule.peer_group_id : std::string())
      .Field("DestGroupId", in ? std::string() : rule.peer_group_id)
      .Field("SourceGroupOwnerAccount", in ? rule.peer_owner_account : std::string())
      .Field("DestGroupOwnerAccount", in ? std::string() : rule.peer_owner_account)
      .Field("SourcePrefixListId", in ? rule.peer_prefix_list_id : std::string())
      .Field("DestPrefixListId", in ? std::string() : rule.peer_prefix_list_id);
  WriteUnset(json, {"SourceGroupName", "DestGroupName", "SourcePrefixListName",
                    "DestPrefixListName", "PortRangeListId", "PortRangeListName"});
  json.EndObject();
  return json.Take();
}

constexpr std::array kGroupColumns = {
    Fixed<&SecurityGroup::seq>("seq", "> 0"),
    Fixed<&SecurityGroup::account>("account"),
    Fixed<&SecurityGroup::region>("region"),
    Fixed<&SecurityGroup::id>("id"),
    Fixed<&SecurityGroup::vpc_id>("vpc_id"),
    Col<&SecurityGroup::name>("name"),
    Col<&SecurityGroup::description>("description"),
    Fixed<&SecurityGroup::type>("type"),
    Col<&SecurityGroup::inner_access_policy>("inner_access_policy"),
    Col<&SecurityGroup::resource_group_id>("resource_group_id"),
    Col<&SecurityGroup::instances>("instances", ">= 0"),
    Col<&SecurityGroup::rules>("rules", ">= 0"),
    Fixed<&SecurityGroup::creation_time>("creation_time"),
};
constexpr Index kGroupIndexes[] = {
    {.name = "place"},
    {.name = "vpc", .column = "vpc_id", .only_filled = true},
    {.name = "name", .column = "name", .only_filled = true},
};

constexpr std::array kRuleColumns = {
    Fixed<&SecurityRule::seq>("seq", "> 0"),
    Fixed<&SecurityRule::account>("account"),
    Fixed<&SecurityRule::region>("region"),
    Fixed<&SecurityRule::id>("id"),
    Fixed<&SecurityRule::group_id>("group_id"),
    Fixed<&SecurityRule::direction>("direction"),
    Col<&SecurityRule::ip_protocol>("ip_protocol"),
    Col<&SecurityRule::policy>("policy"),
    Col<&SecurityRule::priority>("priority"),
    Col<&SecurityRule::port_range>("port_range"),
    Col<&SecurityRule::source_port_range>("source_port_range"),
    Col<&SecurityRule::nic_type>("nic_type"),
    Col<&SecurityRule::description>("description"),
    Col<&SecurityRule::source_cidr>("source_cidr"),
    Col<&SecurityRule::dest_cidr>("dest_cidr"),
    Col<&SecurityRule::ipv6_source_cidr>("ipv6_source_cidr"),
    Col<&SecurityRule::ipv6_dest_cidr>("ipv6_dest_cidr"),
    Col<&SecurityRule::peer_group_id>("peer_group_id"),
    Col<&SecurityRule::peer_owner_account>("peer_owner_account"),
    Col<&SecurityRule::peer_prefix_list_id>("peer_prefix_list_id"),
    Fixed<&SecurityRule::creation_time>("creation_time"),
};
constexpr Index kRuleIndexes[] = {
    {.name = "place"},
    {.name = "group", .column = "group_id"},
};

}  // namespace

template <>
const Kind<SecurityGroup>& KindOf<SecurityGroup>() {
  static const Kind<SecurityGroup> kind{{.name = "security-group",
                                         .table = "security_groups",
                                         .id_prefix = "sg-",
                                         .tag_type = "securitygroup",
                                         .indexes = kGroupIndexes,
                                         .facets = {}},
                                        kGroupColumns,
                                        GroupDocument};
  return kind;
}

template <>
const Kind<SecurityRule>& KindOf<SecurityRule>() {
  static const Kind<SecurityRule> kind{{.name = "security-rule",
                                        .table = "security_rules",
                                        .id_prefix = "sgr-",
                                        .indexes = kRuleIndexes,
                                        .facets = {}},
                                       kRuleColumns,
                                       RuleDocument};
  return kind;
}

}  // namespace cloudapi
