#pragma once
// What can be asked about tags.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/resources/kind.h"
#include "cloudapi/store/query.h"

namespace cloudapi {

// Where a listing of tags goes on: after this tag of this resource.
struct TagPosition {
  std::int64_t seq = 0;
  std::string key;
};

// One tag of one resource.
struct TagRow {
  TagPosition position;
  std::string id;
  std::string value;
};

// How many resources carry a tag, by kind in the order of Kinds().
struct TagCount {
  std::string key;
  std::string value;
  std::vector<std::int64_t> of_kind;
};

// Tag keys by pattern ('*' stands for any text) and values: any of them, empty: any value.
struct TagKeyPattern {
  std::string pattern;
  std::vector<std::string> values;
};

// Which resources' tags. Account, region and kind are always given.
struct TagListFilter {
  std::string account;
  std::string region;
  const KindInfo* kind = nullptr;
  std::vector<std::string> ids;         // empty: any
  std::vector<TagMatch> tags;           // carried all
  std::vector<TagKeyPattern> patterns;  // each matched by some tag
};

// Which tags are counted.
struct TagCountFilter {
  std::string account;
  std::string region;
  const KindInfo* kind = nullptr;  // null: every kind
  std::string id;                  // empty: any resource
  std::vector<TagMatch> tags;      // any of them; empty: any tag
};

}  // namespace cloudapi
