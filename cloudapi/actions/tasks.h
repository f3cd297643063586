#pragma once
// Tasks: DescribeTasks, DescribeTaskAttribute and CancelTask, and what an action that begins one
// needs. Source: ECS API reference, the page of each action.
#include <string_view>

#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

Result<Answer> CancelTask(const WriteCall& call);
Result<Answer> DescribeTaskAttribute(const ReadCall& call);
Result<Answer> DescribeTasks(const ReadCall& call);

inline constexpr Action kTaskActions[] = {
    {.name = "CancelTask", .write = CancelTask},
    {.name = "DescribeTaskAttribute", .read = DescribeTaskAttribute},
    {.name = "DescribeTasks", .read = DescribeTasks},
};

// Stores a new Processing task of `action` on the disk; `detail` is what it wants.
Task BeginTask(const WriteCall& call, const Disk& disk, std::string_view action,
               std::string detail);
// Whether a task of `action` on the disk became Finished after `time`.
bool EndedSince(View& view, const Disk& disk, std::string_view action, SysMillis time);

}  // namespace cloudapi
