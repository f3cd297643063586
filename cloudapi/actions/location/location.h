#pragma once
// Location 2015-06-12: where a service of a region answers.
#include "cloudapi/actions/action.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

Result<Answer> DescribeEndpoints(const ReadCall& call);

inline constexpr Action kLocationActions[] = {
    {.name = "DescribeEndpoints", .read = DescribeEndpoints}};

}  // namespace cloudapi
