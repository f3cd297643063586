#pragma once
// Queries → SQL made of fixed fragments; what the caller gave stands only in bound values. Private
// to the store.
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cloudapi/store/connection.h"
#include "cloudapi/store/query.h"

namespace cloudapi {

// The values of a statement in the making.
class Bindings {
 public:
  void Bind(std::string name, std::variant<std::int64_t, std::string> value) {
    all_.push_back({std::move(name), std::move(value)});
  }
  // Binds under a name that is unique in the statement, ":v3", and returns it.
  std::string Fresh(std::variant<std::int64_t, std::string> value);
  // "t.key = :v1 AND t.value = :v2" for an alias of tags.
  std::string Carries(const std::string& alias, const TagMatch& tag);
  const std::vector<Binding>& All() const { return all_; }

 private:
  std::vector<Binding> all_;
  int names_ = 0;
};

// The row of `counters` that holds an exact total.
struct CounterKey {
  std::string_view facet;
  std::string value;
};

struct Selection {
  std::string from;                   // "disks o INDEXED BY disks_zone"; the object's alias is o
  std::string where;                  // conditions joined by AND
  std::string seq = "o.seq";          // column that the index delivers in order
  std::string row{Query::kDocument};  // what is answered of each object
  Bindings bindings;
  std::optional<CounterKey>
      counter;           // where nothing but the place, or one facet beside it, is asked
  bool nothing = false;  // matches no row
};

Selection Select(const Query& query);

// The statement of a window, beside the selection's bindings: :before, :limit, :offset.
std::string PageSql(const Selection& selection, const Window& window);
std::string CountSql(const Selection& selection);

// A text as an SQL literal: 'it''s'.
std::string Quoted(std::string_view text);
// The GLOB of a pattern in which only '*' is special.
std::string ToGlob(std::string_view pattern);
// A JSON array of strings, for json_each.
std::string ToJsonArray(const std::vector<std::string>& values);

}  // namespace cloudapi
