#pragma once
// What is sold where, answered from the catalogue: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/base/json.h"

namespace cloudapi {

Result<Answer> DescribeRegions(const ReadCall& call);
Result<Answer> DescribeZones(const ReadCall& call);
Result<Answer> DescribeImageSupportInstanceTypes(const ReadCall& call);
Result<Answer> DescribeInstanceTypes(const ReadCall& call);
Result<Answer> DescribeAccountAttributes(const ReadCall& call);
Result<Answer> DescribeAvailableResource(const ReadCall& call);

// "Outer":{"Inner":["a","b"]}
void WriteTexts(JsonWriter& json, std::string_view outer, std::string_view inner,
                const std::vector<std::string>& texts);

// "ecs.g7" → "ecs-7", how the API names the generation of a family.
std::string GenerationOf(std::string_view family);

inline constexpr Action kInventoryActions[] = {
    {.name = "DescribeAccountAttributes", .read = DescribeAccountAttributes},
    {.name = "DescribeAvailableResource", .read = DescribeAvailableResource},
    {.name = "DescribeImageSupportInstanceTypes", .read = DescribeImageSupportInstanceTypes},
    {.name = "DescribeInstanceTypes", .read = DescribeInstanceTypes},
    {.name = "DescribeRegions", .read = DescribeRegions},
    {.name = "DescribeZones", .read = DescribeZones},
};

}  // namespace cloudapi
