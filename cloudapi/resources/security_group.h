#pragma once
// A security group and its rules as values. Field meaning: ECS API reference,
// DescribeSecurityGroups, DescribeSecurityGroupAttribute.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

struct SecurityGroup {
  std::string id;  // "sg-bp1…"
  std::string account;
  std::string region;
  std::string vpc_id;
  std::string name;
  std::string description;
  std::string type{"normal"};
  std::string inner_access_policy{"Accept"};
  std::string resource_group_id;
  std::int64_t instances = 0;  // that are in it
  std::int64_t rules = 0;
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const SecurityGroup&) const = default;
};
template <>
const Kind<SecurityGroup>& KindOf<SecurityGroup>();

enum class RuleDirection { kIngress, kEgress };
template <>
inline constexpr std::array kWords<RuleDirection> = {
    Spelling<RuleDirection>{RuleDirection::kIngress, "ingress"},
    Spelling<RuleDirection>{RuleDirection::kEgress, "egress"},
};

struct SecurityRule {
  std::string id;  // "sgr-bp1…"
  std::string account;
  std::string region;
  std::string group_id;
  RuleDirection direction = RuleDirection::kIngress;
  std::string ip_protocol;  // in capitals: "TCP", "ALL"
  std::string policy{"Accept"};
  std::string priority{"1"};
  std::string port_range;
  std::string source_port_range;
  std::string nic_type{"intranet"};
  std::string description;
  std::string source_cidr;
  std::string dest_cidr;
  std::string ipv6_source_cidr;
  std::string ipv6_dest_cidr;
  std::string peer_group_id;       // the other side's, of an ingress rule the source
  std::string peer_owner_account;  // of that group
  std::string peer_prefix_list_id;
  SysMillis creation_time{};
  std::vector<Tag> tags;  // none: no tag action names rules
  std::int64_t seq = 0;
  bool operator==(const SecurityRule&) const = default;
};
template <>
const Kind<SecurityRule>& KindOf<SecurityRule>();

}  // namespace cloudapi
