#pragma once
// Tasks: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CancelTask(const WriteCall& call);
Result<Answer> DescribeTaskAttribute(const ReadCall& call);
Result<Answer> DescribeTasks(const ReadCall& call);

inline constexpr Action kTaskActions[] = {
    {.name = "CancelTask", .write = CancelTask},
    {.name = "DescribeTaskAttribute", .read = DescribeTaskAttribute},
    {.name = "DescribeTasks", .read = DescribeTasks},
};

}  // namespace cloudapi
