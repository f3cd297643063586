#pragma once
// The Tag.N.Key / Tag.N.Value parameter that several families have.
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/query.h"

namespace cloudapi {

// The tags of the call, sorted by key; formats are checked by CheckTags.
std::vector<Tag> TagsOf(const Arguments& args);
// Whether a new resource may carry them. Errors: those of CheckTags, then of CheckTagCount.
Result<void> CheckNewTags(const ActionCall& call, const std::vector<Tag>& tags);
// Whether a new resource may carry as many as the call has. Errors: 403 QuotaExceed.Tags.
Result<void> CheckTagCount(const ActionCall& call);
// The same as a filter: all must be carried. Errors: 400 InvalidTag.Mismatch for a value without a
// key.
Result<std::vector<TagMatch>> TagMatches(const Arguments& args);

}  // namespace cloudapi
