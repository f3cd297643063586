#pragma once
// Tags: TagResources, UntagResources, ListTagResources and the older AddTags, RemoveTags,
// DescribeTags. Source: ECS API reference, the page of each action. A missing parameter of the
// newer ones is a 404 with a code of its own.
#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

// A resource type of the API. Those without `kind` have no objects here.
struct TaggedType {
  std::string_view name;
  const KindInfo* kind = nullptr;
};
// The row of the call's ResourceType; it must have been given. Errors: 404
// InvalidResourceType.NotFound.
Result<TaggedType> TaggedTypeOf(const Arguments& args);

Result<Answer> TagResources(const WriteCall& call);
Result<Answer> UntagResources(const WriteCall& call);
Result<Answer> AddTags(const WriteCall& call);
Result<Answer> RemoveTags(const WriteCall& call);
Result<Answer> ListTagResources(const ReadCall& call);
Result<Answer> DescribeTags(const ReadCall& call);

inline constexpr Action kTagActions[] = {
    {.name = "AddTags", .write = AddTags},
    {.name = "DescribeTags", .read = DescribeTags},
    {.name = "ListTagResources", .read = ListTagResources},
    {.name = "RemoveTags", .write = RemoveTags},
    {.name = "TagResources", .write = TagResources},
    {.name = "UntagResources", .write = UntagResources},
    {.name = "Vpc.TagResources", .write = TagResources},
    {.name = "Vpc.UnTagResources", .write = UntagResources},
};

}  // namespace cloudapi
