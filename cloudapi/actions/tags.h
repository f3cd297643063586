#pragma once
// Tags: TagResources, UntagResources, ListTagResources and the older AddTags, RemoveTags,
// DescribeTags. Source: ECS API reference, the page of each action. A missing parameter of the
// newer ones is a 404 with a code of its own.
#include "cloudapi/actions/action.h"
#include "cloudapi/actions/query_params.h"

namespace cloudapi {

inline constexpr ParamSpec kTaggedRegionParam{.name = "RegionId",
                                              .required = true,
                                              .missing_status = 404,
                                              .missing_code = "MissingParameter.RegionId"};
inline constexpr ParamSpec kTaggedTypeParam{.name = "ResourceType",
                                            .required = true,
                                            .missing_status = 404,
                                            .missing_code = "MissingParameter.ResourceType"};
inline constexpr ParamSpec kTaggedIdsParam{.name = "ResourceId",
                                           .type = ParamType::kList,
                                           .required = true,
                                           .max = 50,
                                           .missing_status = 404,
                                           .missing_code = "MissingParameter.ResourceIds",
                                           .invalid_code = "NumberExceed.ResourceIds"};

inline constexpr ParamSpec kTagResourcesParams[] = {
    kTaggedRegionParam,
    kTaggedTypeParam,
    kTaggedIdsParam,
    {.name = "Tag",
     .type = ParamType::kStructList,
     .required = true,
     .max = 20,
     .missing_status = 404,
     .missing_code = "MissingParameter.Tags",
     .invalid_code = "NumberExceed.Tags",
     .members = kTagFilterMembers},
};

inline constexpr ParamSpec kUntagResourcesParams[] = {
    kTaggedRegionParam,
    kTaggedTypeParam,
    kTaggedIdsParam,
    {.name = "TagKey", .type = ParamType::kList, .max = 20, .invalid_code = "NumberExceed.Tags"},
    {.name = "All", .type = ParamType::kBoolean},
};

inline constexpr std::string_view kTagPatternMembers[] = {"TagKey", "TagValues"};
inline constexpr ParamSpec kListTagResourcesParams[] = {
    kTaggedRegionParam,
    kTaggedTypeParam,
    {.name = "ResourceId",
     .type = ParamType::kList,
     .max = 50,
     .invalid_code = "NumberExceed.ResourceIds"},
    {.name = "Tag",
     .type = ParamType::kStructList,
     .max = 20,
     .invalid_code = "NumberExceed.Tags",
     .members = kTagFilterMembers},
    {.name = "TagFilter",
     .type = ParamType::kStructList,
     .max = 20,
     .invalid_code = "NumberExceed.Tags",
     .members = kTagPatternMembers},
    {.name = "NextToken"},
};

inline constexpr ParamSpec kAddTagsParams[] = {
    {.name = "RegionId", .required = true},
    {.name = "ResourceType", .required = true},
    {.name = "ResourceId", .required = true},
    {.name = "Tag",
     .type = ParamType::kStructList,
     .required = true,
     .max = 20,
     .invalid_code = "InvalidTagCount",
     .members = kTagFilterMembers},
};

inline constexpr ParamSpec kRemoveTagsParams[] = {
    {.name = "RegionId", .required = true},
    {.name = "ResourceType", .required = true},
    {.name = "ResourceId", .required = true},
    {.name = "Tag",
     .type = ParamType::kStructList,
     .required = true,
     .max = 20,
     .missing_code = "InvalidTagCount",
     .invalid_code = "InvalidTagCount",
     .members = kTagFilterMembers},
};

inline constexpr ParamSpec kDescribeTagsParams[] = {
    {.name = "RegionId", .required = true},
    {.name = "ResourceType"},
    {.name = "ResourceId"},
    kTagMatchParam,
    {.name = "Category"},
    kPageNumberParam,
    kPageSizeParam,
};

// A resource type of the API. Those without `kind` have no objects here.
struct TaggedType {
  std::string_view name;
  const KindInfo* kind = nullptr;
};
// The row of the call's ResourceType; it must have been given. Errors: 404
// InvalidResourceType.NotFound.
Result<TaggedType> TaggedTypeOf(const Params& params);

Result<Answer> TagResources(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> UntagResources(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> AddTags(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> RemoveTags(const ActionContext& context, Tx& tx, const Params& params);
Result<Answer> ListTagResources(const ActionContext& context, View& view, const Params& params);
Result<Answer> DescribeTags(const ActionContext& context, View& view, const Params& params);

}  // namespace cloudapi
