#include "cloudapi/actions/tag_params.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/rules/limits.h"

namespace cloudapi {

std::vector<Tag> TagsOf(const Arguments& args) {
  std::vector<Tag> tags;
  for (const Arguments& row : args.Structs("Tag"))
    tags.push_back({.key = row.TextOrEmpty("Key"), .value = row.TextOrEmpty("Value")});
  std::ranges::stable_sort(tags, {}, &Tag::key);
  return tags;
}

Result<void> CheckTagCount(const ActionCall& call) {
  const auto count = static_cast<std::int64_t>(TagsOf(call.args).size());
  return call.quotas.Check(Quota::kTagsPerResource, 0, count);
}

Result<void> CheckNewTags(const ActionCall& call, const std::vector<Tag>& tags) {
  if (auto fits = CheckTags(tags); !fits) return fits;
  return call.quotas.Check(Quota::kTagsPerResource, 0, std::ssize(tags));
}

Result<std::vector<TagMatch>> TagMatches(const Arguments& args) {
  std::vector<TagMatch> matches;
  for (const Arguments& row : args.Structs("Tag")) {
    TagMatch match{.key = row.TextOrEmpty("Key"), .value = row.Text("Value")};
    if (match.key.empty() && !match.value) continue;
    if (match.key.empty())
      return Refuse(400, "InvalidTag.Mismatch", "tags.value-without-key",
                    fmt::format("The tag value {} has no key.", *match.value));
    matches.push_back(std::move(match));
  }
  return matches;
}

}  // namespace cloudapi
