#include "cloudapi/actions/tag_params.h"

#include <algorithm>

namespace cloudapi {

std::vector<Tag> TagsOf(const Params& params) {
  std::vector<Tag> tags;
  for (const Params::Map& row : params.Structs("Tag")) {
    const auto key = row.find(kTagMembers[0]);
    const auto value = row.find(kTagMembers[1]);
    tags.push_back({.key = key == row.end() ? std::string() : key->second,
                    .value = value == row.end() ? std::string() : value->second});
  }
  std::ranges::stable_sort(tags, {}, &Tag::key);
  return tags;
}

}  // namespace cloudapi
