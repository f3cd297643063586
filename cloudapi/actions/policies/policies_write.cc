#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/policies/policies.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

constexpr RegionRule kPolicyRegion = {.unknown_status = 403, .unknown_code = "ParameterInvalid"};

PolicyTerms TermsOf(const Arguments& args) {
  return {.name = args.Text("autoSnapshotPolicyName"),
          .time_points = args.Items("timePoints"),
          .repeat_weekdays = args.Items("repeatWeekdays"),
          .retention_days = args.Integer("retentionDays"),
          .cross_region_copy = args.Boolean("EnableCrossRegionCopy"),
          .target_copy_regions = args.Items("TargetCopyRegions"),
          .copied_retention_days = args.Integer("CopiedSnapshotsRetentionDays")};
}

Result<void> CheckNew(const WriteCall& call) {
  for (const Result<void>& checked :
       {CheckNewTags(call, TagsOf(call.args)),
        CheckResourceGroup(call.args.TextOrEmpty("ResourceGroupId"))}) {
    if (!checked) return checked;
  }
  return {};
}

Result<void> CheckPolicyQuota(const WriteCall& call) {
  const std::int64_t existing =
      call.tx.TotalOf({call.caller.account, call.caller.region, KindOf<SnapshotPolicy>().name});
  return call.quotas.Check(Quota::kPolicies, existing, 1);
}

}  // namespace

Result<SnapshotPolicy> FindPolicy(const WriteCall& call, int unknown_status) {
  if (auto region = CheckRegion(call, kPolicyRegion); !region) return Fail(region.error());
  const std::string& id = call.args.TextOrEmpty("autoSnapshotPolicyId");
  auto policy = call.tx.Find<SnapshotPolicy>(call.caller.account, call.caller.region, id);
  if (policy) return std::move(*policy);
  return Refuse(
      unknown_status, "ParameterInvalid", "policy.exists",
      fmt::format("There is no automatic snapshot policy {} in region {}.", id, call.caller.region),
      {{"policy", id}});
}

Result<Answer> CreateAutoSnapshotPolicy(const WriteCall& call) {
  if (auto region = CheckRegion(call, kPolicyRegion); !region) return Fail(region.error());
  if (auto checked = CheckNew(call); !checked) return Fail(checked.error());
  auto policy = SetPolicy({.account = call.caller.account,
                           .region = call.caller.region,
                           .resource_group_id = call.args.TextOrEmpty("ResourceGroupId"),
                           .creation_time = call.tx.Now(),
                           .tags = TagsOf(call.args)},
                          TermsOf(call.args), call.catalogue);
  if (!policy) return Fail(policy.error());
  if (auto room = CheckPolicyQuota(call); !room) return Fail(room.error());
  policy->id = call.tx.NextId<SnapshotPolicy>(call.catalogue.FindRegion(policy->region)->id_code);
  policy->seq = call.tx.NextSeq();
  call.tx.Put(*policy);
  return TextAnswer("AutoSnapshotPolicyId", policy->id);
}

Result<Answer> ModifyAutoSnapshotPolicyEx(const WriteCall& call) {
  const auto before = FindPolicy(call);
  if (!before) return Fail(before.error());
  const auto policy = SetPolicy(*before, TermsOf(call.args), call.catalogue);
  if (!policy) return Fail(policy.error());
  if (*policy == *before) return Answer{};
  call.tx.Put(*policy);
  ScheduleFiring(call.tx, *policy);
  return Answer{};
}

Result<Answer> DeleteAutoSnapshotPolicy(const WriteCall& call) {
  constexpr std::int64_t kAll = INT64_MAX;
  const auto policy = FindPolicy(call, 404);
  if (!policy) return Fail(policy.error());
  for (const PolicyDisk& link : call.tx.DisksOf(*policy, 0, kAll)) UnlinkPolicy(call.tx, link);
  call.tx.Unschedule(*policy);
  const auto left = call.tx.Find<SnapshotPolicy>(policy->account, policy->region, policy->id);
  if (left) call.tx.Erase(*left);
  return Answer{};
}

}  // namespace cloudapi
