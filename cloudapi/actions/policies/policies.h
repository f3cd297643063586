#pragma once
// Automatic snapshot policies: rows for the action table and functions. Whatever is wrong with a
// value is answered as ParameterInvalid. Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"
#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

Result<Answer> CreateAutoSnapshotPolicy(const WriteCall& call);
Result<Answer> ModifyAutoSnapshotPolicyEx(const WriteCall& call);
Result<Answer> DeleteAutoSnapshotPolicy(const WriteCall& call);
Result<Answer> ApplyAutoSnapshotPolicy(const WriteCall& call);
Result<Answer> CancelAutoSnapshotPolicy(const WriteCall& call);
Result<Answer> DescribeAutoSnapshotPolicyEx(const ReadCall& call);
Result<Answer> DescribeAutoSnapshotPolicyAssociations(const ReadCall& call);

// The policy that autoSnapshotPolicyId names, in the call's region.
// Errors: 403 ParameterInvalid for an unknown region; ParameterInvalid with `unknown_status` for an
// unknown policy.
Result<SnapshotPolicy> FindPolicy(const WriteCall& call, int unknown_status = 403);

inline constexpr Action kPolicyActions[] = {
    {.name = "ApplyAutoSnapshotPolicy", .write = ApplyAutoSnapshotPolicy},
    {.name = "CancelAutoSnapshotPolicy", .write = CancelAutoSnapshotPolicy},
    {.name = "CreateAutoSnapshotPolicy", .write = CreateAutoSnapshotPolicy},
    {.name = "DeleteAutoSnapshotPolicy", .write = DeleteAutoSnapshotPolicy},
    {.name = "DescribeAutoSnapshotPolicyAssociations",
     .read = DescribeAutoSnapshotPolicyAssociations},
    {.name = "DescribeAutoSnapshotPolicyEx", .read = DescribeAutoSnapshotPolicyEx},
    {.name = "ModifyAutoSnapshotPolicyEx", .write = ModifyAutoSnapshotPolicyEx},
};

}  // namespace cloudapi
