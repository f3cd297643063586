#pragma once
// Custom images: rows for the action table and functions. Source: ECS API reference, the page of
// each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CreateImage(const WriteCall& call);
Result<Answer> ModifyImageAttribute(const WriteCall& call);
Result<Answer> DeleteImage(const WriteCall& call);
Result<Answer> DescribeImages(const ReadCall& call);

inline constexpr Action kImageActions[] = {
    {.name = "CreateImage", .write = CreateImage},
    {.name = "DeleteImage", .write = DeleteImage},
    {.name = "DescribeImages", .read = DescribeImages},
    {.name = "ModifyImageAttribute", .write = ModifyImageAttribute},
};

}  // namespace cloudapi
