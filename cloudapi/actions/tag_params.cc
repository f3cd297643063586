#include "cloudapi/actions/tag_params.h"

#include <algorithm>

namespace cloudapi {

std::vector<Tag> TagsOf(const Arguments& args) {
  std::vector<Tag> tags;
  for (const Arguments& row : args.Structs("Tag"))
    tags.push_back({.key = row.TextOrEmpty("Key"), .value = row.TextOrEmpty("Value")});
  std::ranges::stable_sort(tags, {}, &Tag::key);
  return tags;
}

}  // namespace cloudapi
