#pragma once
// The Tag.N.Key / Tag.N.Value parameter that the creating actions share.
#include <string_view>
#include <vector>

#include "cloudapi/actions/arguments.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

// The tags of the call, sorted by key; formats are checked by CheckTags.
std::vector<Tag> TagsOf(const Arguments& args);

}  // namespace cloudapi
