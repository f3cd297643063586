#pragma once
// Resource groups: rows for the action table and functions. Groups themselves are not kept here.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> JoinResourceGroup(const WriteCall& call);

inline constexpr Action kGroupActions[] = {
    {.name = "JoinResourceGroup", .write = JoinResourceGroup},
};

}  // namespace cloudapi
