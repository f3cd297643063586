#pragma once
// A listing as data: which objects of one kind, by conditions that all hold together.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cloudapi/resources/kind.h"

namespace cloudapi {

// A tag that a resource must carry; without a value any value will do.
struct TagMatch {
  std::string key;
  std::optional<std::string> value;
};

// The kinds of conditions. `column` is a column of the queried kind, a literal.
namespace where {
// One of these ids; an empty list matches nothing.
struct Ids {
  std::vector<std::string> ids;
};
struct Is {
  std::string_view column;
  std::variant<std::int64_t, std::string> value;
};
// One of these values; an empty list matches nothing.
struct AnyOf {
  std::string_view column;
  std::vector<std::string> values;
};
// '*' stands for any text.
struct Like {
  std::string_view column;
  std::string pattern;
};
// The value up to its last '.': an instance's family.
struct BeforeDot {
  std::string_view column;
  std::string value;
};
// Every one of these tags.
struct Tags {
  std::vector<TagMatch> tags;
};
// A disk that has an attachment to the instance, in any state.
struct OnInstance {
  std::string instance_id;
};
// `column` is the id of a disk on the instance.
struct DiskOnInstance {
  std::string_view column;
  std::string instance_id;
};
// A disk that the policy is applied to.
struct UnderPolicy {
  std::string policy_id;
};
// Whether the text column has any value.
struct Filled {
  std::string_view column;
  bool filled = true;
};
// Both ends included. `column` may be an expression over columns of the alias o.
struct Between {
  std::string_view column;
  std::optional<SysMillis> from;
  std::optional<SysMillis> until;
};
// A member of the stored document at a literal path ("$.ImageId"), or any element of that list; for
// what has no column.
struct Member {
  std::string_view path;
  std::vector<std::string> any_of;
};
// Matches no object.
struct Never {};
}  // namespace where

using Condition =
    std::variant<where::Ids, where::Is, where::AnyOf, where::Like, where::BeforeDot, where::Tags,
                 where::OnInstance, where::DiskOnInstance, where::UnderPolicy, where::Filled,
                 where::Between, where::Member, where::Never>;

// The first condition that has an index chooses it: put the most selective ones first. Where none
// has, the kind's facets lead to the rows.
struct Query {
  const KindInfo* kind = nullptr;
  std::string account;
  std::string region;  // empty: every region of the account
  std::vector<Condition> conditions;
  // The JSON that is answered of each object: an expression over columns of the alias o.
  static constexpr std::string_view kDocument = "o.document";
  std::string_view row = kDocument;
};

// Which part of the matching objects, newest first. `before_seq` is a keyset position; else
// `offset` objects are skipped.
struct Window {
  std::int64_t limit = 10;
  std::int64_t offset = 0;
  std::optional<std::int64_t> before_seq;
};

struct Page {
  std::string documents;  // stored JSON documents with commas between
  std::int64_t count = 0;
  std::int64_t total = 0;  // of all matching objects, in whatever window; exact
  // Set when objects follow: the keyset position of the next window.
  std::optional<std::int64_t> next_before_seq;
};

}  // namespace cloudapi
