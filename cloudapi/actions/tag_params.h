#pragma once
// The Tag.N.Key / Tag.N.Value parameter that the creating actions share.
#include <string_view>
#include <vector>

#include "cloudapi/base/params.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

inline constexpr std::string_view kTagMembers[] = {"Key", "Value"};
inline constexpr ParamSpec kTagParam{.name = "Tag",
                                     .type = ParamType::kStructList,
                                     .max = 20,
                                     .invalid_status = 403,
                                     .invalid_code = "QuotaExceed.Tags",
                                     .members = kTagMembers};

// The tags of the call, sorted by key; formats are checked by CheckTags.
std::vector<Tag> TagsOf(const Params& params);

}  // namespace cloudapi
