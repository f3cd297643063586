#pragma once
// Instances: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> DescribeInstances(const ReadCall& call);

inline constexpr Action kInstanceActions[] = {
    {.name = "DescribeInstances", .read = DescribeInstances},
};

}  // namespace cloudapi
