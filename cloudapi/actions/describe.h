#pragma once
// DescribeDisks, DescribeSnapshots, DescribeInstances: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/query_params.h"

namespace cloudapi {

Result<Answer> DescribeDisks(const ReadCall& call);
Result<Answer> DescribeSnapshots(const ReadCall& call);
Result<Answer> DescribeInstances(const ReadCall& call);

inline constexpr Action kDescribeActions[] = {
    {.name = "DescribeDisks", .read = DescribeDisks},
    {.name = "DescribeInstances", .read = DescribeInstances},
    {.name = "DescribeSnapshots", .read = DescribeSnapshots},
};

}  // namespace cloudapi
