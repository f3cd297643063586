#pragma once
// What is sold where, answered from the catalogue: rows for the action table and functions.
// Source: ECS API reference, the page of each action.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/query_params.h"

namespace cloudapi {

inline constexpr ParamSpec kDescribeRegionsParams[] = {
    {.name = "InstanceChargeType"},
    {.name = "ResourceType"},
    {.name = "AcceptLanguage"},
};

inline constexpr ParamSpec kDescribeZonesParams[] = {
    {.name = "RegionId", .required = true},
    {.name = "Verbose", .type = ParamType::kBoolean},
    {.name = "InstanceChargeType"},
    {.name = "SpotStrategy"},
    {.name = "AcceptLanguage"},
};

inline constexpr ParamSpec kDescribeInstanceTypesParams[] = {
    {.name = "InstanceTypes", .type = ParamType::kList, .max = 10},
    {.name = "InstanceTypeFamily"},
    {.name = "InstanceTypeFamilies", .type = ParamType::kList, .max = 10},
    {.name = "InstanceCategory"},
    {.name = "InstanceCategories", .type = ParamType::kList, .max = 10},
    {.name = "InstanceFamilyLevel"},
    {.name = "CpuArchitecture"},
    {.name = "CpuArchitectures", .type = ParamType::kList, .max = 2},
    {.name = "NvmeSupport"},
    {.name = "MinimumCpuCoreCount", .type = ParamType::kInteger, .min = 0},
    {.name = "MaximumCpuCoreCount", .type = ParamType::kInteger, .min = 0},
    {.name = "MinimumMemorySize", .type = ParamType::kFloat},
    {.name = "MaximumMemorySize", .type = ParamType::kFloat},
    {.name = "MinimumDiskQuantity", .type = ParamType::kInteger, .min = 0},
    {.name = "MinimumEniQuantity", .type = ParamType::kInteger, .min = 0},
    {.name = "MinimumGPUAmount", .type = ParamType::kInteger, .min = 0},
    {.name = "MaximumGPUAmount", .type = ParamType::kInteger, .min = 0},
    {.name = "GPUSpec"},
    {.name = "GpuSpecs", .type = ParamType::kList, .max = 10},
    {.name = "MinimumLocalStorageAmount", .type = ParamType::kInteger, .min = 0},
    {.name = "MinimumLocalStorageCapacity", .type = ParamType::kLong, .min = 0},
    {.name = "LocalStorageCategory"},
    {.name = "LocalStorageCategories", .type = ParamType::kList, .max = 10},
    {.name = "AdditionalAttributes", .type = ParamType::kList},
    {.name = "NextToken"},
    {.name = "MaxResults", .type = ParamType::kLong},
};

inline constexpr ParamSpec kDescribeAvailableResourceParams[] = {
    {.name = "RegionId", .required = true},
    {.name = "DestinationResource", .required = true, .missing_code = "Invalid.Param"},
    {.name = "ResourceType"},
    {.name = "ZoneId"},
    {.name = "InstanceType"},
    {.name = "SystemDiskCategory"},
    {.name = "DataDiskCategory"},
    {.name = "InstanceChargeType"},
    {.name = "SpotStrategy"},
    {.name = "SpotDuration", .type = ParamType::kInteger},
    {.name = "IoOptimized"},
    {.name = "NetworkCategory"},
    {.name = "Cores", .type = ParamType::kInteger, .min = 1},
    {.name = "Memory", .type = ParamType::kFloat},
    {.name = "DedicatedHostId"},
    {.name = "Scope"},
};

Result<Answer> DescribeRegions(const ActionContext& context, View& view, const Params& params);
Result<Answer> DescribeZones(const ActionContext& context, View& view, const Params& params);
Result<Answer> DescribeInstanceTypes(const ActionContext& context, View& view,
                                     const Params& params);
Result<Answer> DescribeAvailableResource(const ActionContext& context, View& view,
                                         const Params& params);

// "ecs.g7" → "ecs-7", how the API names the generation of a family.
std::string GenerationOf(std::string_view family);

}  // namespace cloudapi
