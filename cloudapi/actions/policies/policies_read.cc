#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/policies/policies.h"

namespace cloudapi {
namespace {

Result<Conditions> OneId(const ReadCall& call, const Filter& filter) {
  const auto id = call.args.Text(filter.param);
  return id ? Conditions{where::Ids{{*id}}} : Conditions{};
}

constexpr Filter kPolicyFilters[] = {
    {"AutoSnapshotPolicyId", OneId},
    {"AutoSnapshotPolicyName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
};

constexpr Filter kPolicyDiskFilters[] = {
    {"DiskId", filters::Text, "disk_id"},
    {"AutoSnapshotPolicyId", filters::Text, "policy_id"},
};

}  // namespace

Result<Answer> DescribeAutoSnapshotPolicyEx(const ReadCall& call) {
  return List(call, {.kind = &KindOf<SnapshotPolicy>(),
                     .action = "DescribeAutoSnapshotPolicyEx",
                     .outer = "AutoSnapshotPolicies",
                     .inner = "AutoSnapshotPolicy",
                     .filters = kPolicyFilters,
                     .paging = {.pages_only = true}});
}

Result<Answer> DescribeAutoSnapshotPolicyAssociations(const ReadCall& call) {
  return List(call, {.kind = &KindOf<PolicyDisk>(),
                     .action = "DescribeAutoSnapshotPolicyAssociations",
                     .outer = "AutoSnapshotPolicyAssociations",
                     .inner = "AutoSnapshotPolicyAssociation",
                     .filters = kPolicyDiskFilters,
                     .paging = {.tokens_only = true}});
}

}  // namespace cloudapi
