// Which policies a disk is under.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/policies/policies.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

// The disks that diskIds names, each once.
Result<std::vector<std::string>> NamedDisks(const WriteCall& call) {
  std::vector<std::string> ids = call.args.Items("diskIds").value_or(std::vector<std::string>());
  if (ids.empty()) {
    return Refuse(403, "ParameterInvalid", "policy.disks", "diskIds names no disk.");
  }
  std::ranges::sort(ids);
  // clang 14 cannot compile what std::ranges::unique returns.
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<Disk> NamedDisk(const WriteCall& call, const std::string& id) {
  auto disk = call.tx.Find<Disk>(call.caller.account, call.caller.region, id);
  if (disk) return std::move(*disk);
  return Refuse(403, "ParameterInvalid", "policy.disk-exists",
                fmt::format("There is no disk {} in region {}.", id, call.caller.region),
                {{"disk", id}});
}

Result<void> ApplyTo(const WriteCall& call, const SnapshotPolicy& policy, const std::string& id) {
  auto disk = NamedDisk(call, id);
  if (!disk) return Fail(disk.error());
  const auto links = call.tx.PoliciesOf(*disk);
  if (std::ranges::find(links, policy.id, &PolicyDisk::policy_id) != links.end()) return {};
  const std::int64_t most = std::min(call.settings.policies_per_disk, kMaxPoliciesPerDisk);
  if (most == 1) {
    for (const PolicyDisk& link : links) UnlinkPolicy(call.tx, link);
    disk = NamedDisk(call, id);
  } else if (std::ssize(links) >= most) {
    return Refuse(
        403, "QuotaExceed.AppliedAutoSnapshotPolicyQuota", "policy.count",
        fmt::format("Disk {} is under {} policies, the most there can be.", id, links.size()),
        {{"disk.policies", std::to_string(links.size())}});
  }
  LinkPolicy(call.tx, policy.id, *disk);
  return {};
}

}  // namespace

Result<Answer> ApplyAutoSnapshotPolicy(const WriteCall& call) {
  const auto policy = FindPolicy(call);
  if (!policy) return Fail(policy.error());
  const auto ids = NamedDisks(call);
  if (!ids) return Fail(ids.error());
  for (const std::string& id : *ids) {
    if (auto applied = ApplyTo(call, *policy, id); !applied) return Fail(applied.error());
  }
  return Answer{};
}

// A disk that is not under the policy stays as it is: the call may be repeated.
Result<Answer> CancelAutoSnapshotPolicy(const WriteCall& call) {
  const auto wanted = call.args.Text("autoSnapshotPolicyId");
  if (wanted) {
    if (auto policy = FindPolicy(call); !policy) return Fail(policy.error());
  }
  const auto ids = NamedDisks(call);
  if (!ids) return Fail(ids.error());
  for (const std::string& id : *ids) {
    const auto disk = NamedDisk(call, id);
    if (!disk) return Fail(disk.error());
    for (const PolicyDisk& link : call.tx.PoliciesOf(*disk)) {
      if (!wanted || link.policy_id == *wanted) UnlinkPolicy(call.tx, link);
    }
  }
  return Answer{};
}

}  // namespace cloudapi
