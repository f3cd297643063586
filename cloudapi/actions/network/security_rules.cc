#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/if_declared.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/base/cidr.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kMostRulesOfGroup = 200;

std::string Capitals(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// Who is at the other end, once any of it is said.
void ReadPeer(const Arguments& args, SecurityRule& rule) {
  const bool in = rule.direction == RuleDirection::kIngress;
  const std::string cidr = TextIf(args, in ? "SourceCidrIp" : "DestCidrIp");
  const std::string cidr6 = TextIf(args, in ? "Ipv6SourceCidrIp" : "Ipv6DestCidrIp");
  const std::string group = TextIf(args, in ? "SourceGroupId" : "DestGroupId");
  const std::string list = TextIf(args, in ? "SourcePrefixListId" : "DestPrefixListId");
  if (cidr.empty() && cidr6.empty() && group.empty() && list.empty()) return;
  (in ? rule.source_cidr : rule.dest_cidr) = cidr;
  (in ? rule.ipv6_source_cidr : rule.ipv6_dest_cidr) = cidr6;
  rule.peer_group_id = group;
  rule.peer_owner_account = TextIf(args, in ? "SourceGroupOwnerAccount" : "DestGroupOwnerAccount");
  rule.peer_prefix_list_id = list;
}

// As a row of Permissions or the call itself says it; what it does not say stays.
SecurityRule RuleOf(const Arguments& args, SecurityRule rule) {
  const bool in = rule.direction == RuleDirection::kIngress;
  const std::string policy = args.TextOr("Policy", rule.policy);
  rule.policy = base::EqualNoCase(policy, "accept") ? "Accept"
                : base::EqualNoCase(policy, "drop") ? "Drop"
                                                    : policy;
  rule.ip_protocol = Capitals(args.TextOr("IpProtocol", rule.ip_protocol));
  rule.priority = args.TextOr("Priority", rule.priority);
  rule.port_range = args.TextOr("PortRange", rule.port_range);
  rule.source_port_range = TextIf(args, "SourcePortRange", rule.source_port_range);
  rule.nic_type = args.TextOr("NicType", rule.nic_type) == "internet" ? "internet" : "intranet";
  rule.description = args.TextOr("Description", rule.description);
  std::string& own = in ? rule.dest_cidr : rule.source_cidr;
  own = TextIf(args, in ? "DestCidrIp" : "SourceCidrIp", own);
  std::string& own6 = in ? rule.ipv6_dest_cidr : rule.ipv6_source_cidr;
  own6 = TextIf(args, in ? "Ipv6DestCidrIp" : "Ipv6SourceCidrIp", own6);
  ReadPeer(args, rule);
  return rule;
}

SecurityRule NewRule(const Arguments& args, RuleDirection direction) {
  return RuleOf(
      args, {.direction = direction, .policy = "Accept", .priority = "1", .nic_type = "intranet"});
}

tl::unexpected<ApiError> BadRule(std::string_view code, std::string_view what,
                                 const std::string& value) {
  return Refuse(400, code, "security-rule.valid", fmt::format("{} cannot be \"{}\".", what, value),
                {{std::string(what), value}});
}

bool IsPortRange(const std::string& text, bool ports) {
  constexpr int kMostPort = 65535;
  const auto ends = base::Split(text, '/');
  if (ends.size() != 2) return false;
  if (!ports) return text == "-1/-1";
  const auto first = base::ParseNumber<int>(ends[0]);
  const auto last = base::ParseNumber<int>(ends[1]);
  return first && last && *first >= 1 && *first <= *last && *last <= kMostPort;
}

bool IsCidrOrAddress(const std::string& text) {
  return ParseCidr(text) || ParseAddress(text);
}

Result<void> CheckRuleWords(const SecurityRule& rule) {
  constexpr std::string_view kProtocols[] = {"TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"};
  constexpr int kMostPriority = 100;
  if (std::ranges::find(kProtocols, rule.ip_protocol) == std::end(kProtocols))
    return BadRule("InvalidIpProtocol.ValueNotSupported", "IpProtocol", rule.ip_protocol);
  const bool ports = rule.ip_protocol == "TCP" || rule.ip_protocol == "UDP";
  if (!IsPortRange(rule.port_range, ports))
    return BadRule("InvalidPortRange.Malformed", "PortRange", rule.port_range);
  if (rule.policy != "Accept" && rule.policy != "Drop")
    return BadRule("InvalidPolicy.Malformed", "Policy", rule.policy);
  const auto priority = base::ParseNumber<int>(rule.priority);
  if (!priority || *priority < 1 || *priority > kMostPriority)
    return BadRule("InvalidPriority.ValueNotSupported", "Priority", rule.priority);
  return CheckDescription(rule.description, 400);
}

// An ingress rule says where packets come from, an egress rule where they go.
Result<void> CheckRulePeer(const WriteCall& call, const SecurityRule& rule) {
  const bool in = rule.direction == RuleDirection::kIngress;
  const std::string& cidr = in ? rule.source_cidr : rule.dest_cidr;
  const std::string& cidr6 = in ? rule.ipv6_source_cidr : rule.ipv6_dest_cidr;
  if (cidr.empty() && cidr6.empty() && rule.peer_group_id.empty() &&
      rule.peer_prefix_list_id.empty()) {
    return Refuse(400, in ? "MissingParameter.Source" : "MissingParameter.Dest",
                  "security-rule.peer",
                  fmt::format("One of {0}CidrIp, {0}GroupId and {0}PrefixListId is required.",
                              in ? "Source" : "Dest"));
  }
  if (!rule.source_cidr.empty() && !IsCidrOrAddress(rule.source_cidr))
    return BadRule("InvalidSourceCidrIp.Malformed", "SourceCidrIp", rule.source_cidr);
  if (!rule.dest_cidr.empty() && !IsCidrOrAddress(rule.dest_cidr))
    return BadRule("InvalidDestCidrIp.Malformed", "DestCidrIp", rule.dest_cidr);
  if (rule.peer_group_id.empty() || !rule.peer_owner_account.empty()) return {};
  const auto peer = Find<SecurityGroup>(call, rule.peer_group_id);
  return peer ? Result<void>() : Fail(peer.error());
}

// What makes two rules the same one; a description does not.
bool IsSame(const SecurityRule& one, const SecurityRule& other) {
  const auto key = [](const SecurityRule& rule) {
    return std::tie(rule.direction, rule.ip_protocol, rule.policy, rule.priority, rule.port_range,
                    rule.source_port_range, rule.nic_type, rule.source_cidr, rule.dest_cidr,
                    rule.ipv6_source_cidr, rule.ipv6_dest_cidr, rule.peer_group_id,
                    rule.peer_prefix_list_id);
  };
  return key(one) == key(other);
}

// The rules of Permissions, or the one of the call itself.
std::vector<SecurityRule> RulesIn(const Arguments& args, RuleDirection direction) {
  std::vector<SecurityRule> rules;
  for (const Arguments& row : args.Structs("Permissions")) rules.push_back(NewRule(row, direction));
  if (rules.empty()) rules.push_back(NewRule(args, direction));
  return rules;
}

Result<void> AddRule(const WriteCall& call, SecurityGroup& group, SecurityRule rule) {
  for (const Result<void>& checked : {CheckRuleWords(rule), CheckRulePeer(call, rule)}) {
    if (!checked) return checked;
  }
  const auto present = call.tx.RulesOf(group);
  if (std::ranges::any_of(present, [&](const auto& known) { return IsSame(known, rule); }))
    return {};
  if (group.rules >= kMostRulesOfGroup) {
    return Refuse(403, "AuthorizationLimitExceed", "security-rule.count",
                  fmt::format("Security group {} has {} rules, the most.", group.id, group.rules));
  }
  rule.id = call.tx.NextId<SecurityRule>(call.catalogue.FindRegion(group.region)->id_code);
  rule.account = group.account;
  rule.region = group.region;
  rule.group_id = group.id;
  rule.creation_time = call.tx.Now();
  rule.seq = call.tx.NextSeq();
  call.tx.Put(rule);
  ++group.rules;
  return {};
}

Result<Answer> Authorize(const WriteCall& call, RuleDirection direction) {
  auto group = Find<SecurityGroup>(call, call.args.TextOrEmpty("SecurityGroupId"));
  if (!group) return Fail(group.error());
  for (SecurityRule& rule : RulesIn(call.args, direction)) {
    if (auto added = AddRule(call, *group, std::move(rule)); !added) return Fail(added.error());
  }
  call.tx.Put(*group);
  return Answer{};
}

// Rules that are not there are gone.
Result<Answer> Revoke(const WriteCall& call, RuleDirection direction) {
  auto group = Find<SecurityGroup>(call, call.args.TextOrEmpty("SecurityGroupId"));
  if (!group) return Fail(group.error());
  const auto& ids = call.args.List("SecurityGroupRuleId");
  const auto unwanted = ids.empty() ? RulesIn(call.args, direction) : std::vector<SecurityRule>();
  for (const SecurityRule& known : call.tx.RulesOf(*group)) {
    const bool named = std::ranges::find(ids, known.id) != ids.end();
    const bool meant = std::ranges::any_of(
        unwanted, [&](const SecurityRule& rule) { return IsSame(known, rule); });
    if (known.direction != direction || (!named && !meant)) continue;
    call.tx.Erase(known);
    --group->rules;
  }
  call.tx.Put(*group);
  return Answer{};
}

// The rule by its id, whose given members change, or by its members, whose description does.
Result<Answer> ModifyRule(const WriteCall& call, RuleDirection direction) {
  const auto group = Find<SecurityGroup>(call, call.args.TextOrEmpty("SecurityGroupId"));
  if (!group) return Fail(group.error());
  const std::string id = call.args.TextOrEmpty("SecurityGroupRuleId");
  const SecurityRule wanted = NewRule(call.args, direction);
  for (const SecurityRule& known : call.tx.RulesOf(*group)) {
    const bool meant = id.empty() ? IsSame(known, wanted) : known.id == id;
    if (known.direction != direction || !meant) continue;
    const SecurityRule next = RuleOf(call.args, known);
    for (const Result<void>& checked : {CheckRuleWords(next), CheckRulePeer(call, next)}) {
      if (!checked) return Fail(checked.error());
    }
    call.tx.Put(next);
    return Answer{};
  }
  return Refuse(404, "InvalidSecurityGroupRule.RuleNotExist", "security-rule.exists",
                fmt::format("Security group {} has no such rule.", group->id));
}

}  // namespace

Result<Answer> AuthorizeSecurityGroup(const WriteCall& call) {
  return Authorize(call, RuleDirection::kIngress);
}
Result<Answer> AuthorizeSecurityGroupEgress(const WriteCall& call) {
  return Authorize(call, RuleDirection::kEgress);
}
Result<Answer> RevokeSecurityGroup(const WriteCall& call) {
  return Revoke(call, RuleDirection::kIngress);
}
Result<Answer> RevokeSecurityGroupEgress(const WriteCall& call) {
  return Revoke(call, RuleDirection::kEgress);
}
Result<Answer> ModifySecurityGroupRule(const WriteCall& call) {
  return ModifyRule(call, RuleDirection::kIngress);
}
Result<Answer> ModifySecurityGroupEgressRule(const WriteCall& call) {
  return ModifyRule(call, RuleDirection::kEgress);
}

}  // namespace cloudapi
