#pragma once
// Instances: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> DescribeInstances(const ReadCall& call);
Result<Answer> DescribeInstanceAttribute(const ReadCall& call);
Result<Answer> DescribeInstanceHistoryEvents(const ReadCall& call);
Result<Answer> DescribeInstanceStatus(const ReadCall& call);
Result<Answer> StartInstance(const WriteCall& call);
Result<Answer> StartInstances(const WriteCall& call);
Result<Answer> StopInstance(const WriteCall& call);
Result<Answer> StopInstances(const WriteCall& call);
Result<Answer> RebootInstance(const WriteCall& call);
Result<Answer> DeleteInstance(const WriteCall& call);
Result<Answer> DeleteInstances(const WriteCall& call);

inline constexpr Action kInstanceActions[] = {
    {.name = "DeleteInstance", .write = DeleteInstance},
    {.name = "DeleteInstances", .write = DeleteInstances},
    {.name = "DescribeInstanceAttribute", .read = DescribeInstanceAttribute},
    {.name = "DescribeInstanceHistoryEvents", .read = DescribeInstanceHistoryEvents},
    {.name = "DescribeInstances", .read = DescribeInstances},
    {.name = "DescribeInstanceStatus", .read = DescribeInstanceStatus},
    {.name = "RebootInstance", .write = RebootInstance},
    {.name = "StartInstance", .write = StartInstance},
    {.name = "StartInstances", .write = StartInstances},
    {.name = "StopInstance", .write = StopInstance},
    {.name = "StopInstances", .write = StopInstances},
};

}  // namespace cloudapi
