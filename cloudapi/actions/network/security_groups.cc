#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/actions/network_place.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

Result<SecurityGroup> GroupOf(const WriteCall& call) {
  return Find<SecurityGroup>(call, call.args.TextOrEmpty("SecurityGroupId"));
}

Result<void> CheckSecurityTexts(const SecurityGroup& group) {
  if (!group.name.empty()) {
    if (auto good = CheckName(group.name, "InvalidSecurityGroupName.Malformed"); !good) return good;
  }
  return CheckDescription(group.description, 400);
}

// The instance that the call names itself or by its network interface.
Result<Instance> MemberInstance(const WriteCall& call) {
  if (const auto id = call.args.Text("InstanceId")) return Find<Instance>(call, *id);
  const auto interface_id = call.args.Text("NetworkInterfaceId");
  if (!interface_id) {
    return Refuse(400, "MissingParameter", "security-group.member",
                  "The parameter InstanceId is missing.", {{"InstanceId", ""}});
  }
  const auto interface = Find<NetworkInterface>(call, *interface_id);
  if (!interface) return Fail(interface.error());
  return Find<Instance>(call, interface->instance_id);
}

bool IsMember(const Instance& instance, const SecurityGroup& group) {
  const auto groups = SplitCommas(instance.security_group_ids);
  return std::ranges::find(groups, group.id) != groups.end();
}

Result<Conditions> GroupId(const ReadCall& call, const Filter& filter) {
  const auto id = call.args.Text(filter.param);
  return id ? Conditions{where::Ids{{*id}}} : Conditions{};
}

// Groups that the service manages and groups of the classic network are not kept here.
Result<Conditions> NoneOfService(const ReadCall& call, const Filter&) {
  const bool classic = call.args.TextOrEmpty("NetworkType") == "classic";
  return classic || call.args.IsTrue("ServiceManaged") ? Conditions{where::Never{}} : Conditions{};
}

constexpr Filter kSecurityFilters[] = {
    {"SecurityGroupIds", filters::Ids, "InvalidSecurityGroupIds.Malformed"},
    {"SecurityGroupId", GroupId},
    {"SecurityGroupName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"VpcId", filters::Text, "vpc_id"},
    {"SecurityGroupType", filters::Text, "type"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {.conditions = NoneOfService},
};

}  // namespace

Result<Answer> CreateSecurityGroup(const WriteCall& call) {
  const Arguments& args = call.args;
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  SecurityGroup group{.account = call.caller.account,
                      .region = call.caller.region,
                      .vpc_id = args.TextOrEmpty("VpcId"),
                      .name = args.TextOrEmpty("SecurityGroupName"),
                      .description = args.TextOrEmpty("Description"),
                      .type = args.TextOr("SecurityGroupType", "normal"),
                      .resource_group_id = args.TextOrEmpty("ResourceGroupId"),
                      .tags = TagsOf(args)};
  if (group.type == "enterprise") group.inner_access_policy = "Drop";
  for (const Result<void>& checked : {CheckSecurityTexts(group), CheckNewTags(call, group.tags),
                                      CheckResourceGroup(group.resource_group_id)}) {
    if (!checked) return Fail(checked.error());
  }
  if (!group.vpc_id.empty()) {
    auto vpc = Find<Vpc>(call, group.vpc_id);
    if (!vpc) return Fail(vpc.error());
    ++vpc->security_groups;
    call.tx.Put(*vpc);
  }
  group.id = call.tx.NextId<SecurityGroup>(call.catalogue.FindRegion(group.region)->id_code);
  group.creation_time = call.tx.Now();
  group.seq = call.tx.NextSeq();
  call.tx.Put(group);
  return TextAnswer("SecurityGroupId", group.id);
}

Result<Answer> ModifySecurityGroupAttribute(const WriteCall& call) {
  auto group = GroupOf(call);
  if (!group) return Fail(group.error());
  if (call.args.Has("SecurityGroupName")) group->name = call.args.TextOrEmpty("SecurityGroupName");
  if (call.args.Has("Description")) group->description = call.args.TextOrEmpty("Description");
  if (auto good = CheckSecurityTexts(*group); !good) return Fail(good.error());
  call.tx.Put(*group);
  return Answer{};
}

Result<Answer> ModifySecurityGroupPolicy(const WriteCall& call) {
  auto group = GroupOf(call);
  if (!group) return Fail(group.error());
  group->inner_access_policy = call.args.TextOrEmpty("InnerAccessPolicy");
  call.tx.Put(*group);
  return Answer{};
}

Result<Answer> DeleteSecurityGroup(const WriteCall& call) {
  const auto group = GroupOf(call);
  if (!group) return Fail(group.error());
  if (group->instances > 0) {
    return Refuse(
        403, "DependencyViolation", "security-group.in-use",
        fmt::format("{} instances are in security group {}.", group->instances, group->id),
        {{"security-group", group->id}});
  }
  for (const SecurityRule& rule : call.tx.RulesOf(*group)) call.tx.Erase(rule);
  call.tx.Erase(*group);
  auto vpc = call.tx.Find<Vpc>(group->account, group->region, group->vpc_id);
  if (!vpc) return Answer{};
  --vpc->security_groups;
  call.tx.Put(*vpc);
  return Answer{};
}

Result<Answer> JoinSecurityGroup(const WriteCall& call) {
  const auto group = GroupOf(call);
  if (!group) return Fail(group.error());
  auto instance = MemberInstance(call);
  if (!instance) return Fail(instance.error());
  if (IsMember(*instance, *group)) {
    return Refuse(403, "InvalidInstanceId.AlreadyExists", "security-group.member",
                  fmt::format("{} is in {} already.", instance->id, group->id));
  }
  if (instance->vpc_id != group->vpc_id) {
    return Refuse(403, "InvalidOperation.VPCMismatch", "security-group.same-vpc",
                  fmt::format("{} and {} are not in the same VPC.", instance->id, group->id));
  }
  constexpr std::size_t kMostGroups = 5;
  if (SplitCommas(instance->security_group_ids).size() >= kMostGroups) {
    return Refuse(403, "InstanceSecurityGroupLimitExceeded", "security-group.count",
                  fmt::format("{} is in {} security groups, the most.", instance->id, kMostGroups));
  }
  JoinGroup(call.tx, *instance, *group);
  return Answer{};
}

// The last group may be left too: who swaps the only one leaves it before joining the other.
Result<Answer> LeaveSecurityGroup(const WriteCall& call) {
  const auto group = GroupOf(call);
  if (!group) return Fail(group.error());
  auto instance = MemberInstance(call);
  if (!instance) return Fail(instance.error());
  if (!IsMember(*instance, *group)) {
    return Refuse(404, "InvalidSecurityGroupId.NotFound", "security-group.member",
                  fmt::format("{} is not in {}.", instance->id, group->id));
  }
  LeaveGroup(call.tx, *instance, *group);
  return Answer{};
}

Result<Answer> DescribeSecurityGroups(const ReadCall& call) {
  return List(call, {.kind = &KindOf<SecurityGroup>(),
                     .action = "DescribeSecurityGroups",
                     .outer = "SecurityGroups",
                     .inner = "SecurityGroup",
                     .filters = kSecurityFilters,
                     .region_member = true});
}

// A direction that is none asks for both, and a sort of network card for all.
Result<Answer> DescribeSecurityGroupAttribute(const ReadCall& call) {
  constexpr std::int64_t kMostRules = 1000;
  const std::string& id = call.args.TextOrEmpty("SecurityGroupId");
  const auto group = call.view.Find<SecurityGroup>(call.caller.account, call.caller.region, id);
  if (!group) {
    return Refuse(404, kNotFound<SecurityGroup>, "security-group.exists",
                  fmt::format("There is no security group {} in this account.", id),
                  {{"security-group", id}});
  }
  Query query{.kind = &KindOf<SecurityRule>(),
              .account = group->account,
              .region = group->region,
              .conditions = {where::Is{"group_id", group->id}}};
  const std::string direction = call.args.TextOrEmpty("Direction");
  if (EnumOf<RuleDirection>(direction))
    query.conditions.push_back(where::Is{"direction", direction});
  const Page page = call.view.List(query, {.limit = kMostRules});
  JsonWriter json;
  json.Field("RegionId", group->region)
      .Field("SecurityGroupId", group->id)
      .Field("SecurityGroupName", group->name)
      .Field("Description", group->description)
      .Field("VpcId", group->vpc_id)
      .Field("InnerAccessPolicy", group->inner_access_policy)
      .Field("NextToken", "");
  return Answer{.members =
                    json.Take() + ",\"Permissions\":{\"Permission\":[" + page.documents + "]}"};
}

}  // namespace cloudapi
