#pragma once
// Queries → SQL made of fixed fragments; what the caller gave stands only in bound values. Private
// to the store.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
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

// What a listing asks of one of the kind's facets.
struct FacetCondition {
  std::size_t facet = 0;  // position in KindInfo::facets
  std::variant<where::Is, where::AnyOf, where::BeforeDot> condition;
};

struct Selection {
  std::string table;          // "disks"
  std::string from;           // "disks o INDEXED BY disks_name"; the object's alias is o
  std::string where;          // conditions joined by AND
  std::string seq = "o.seq";  // column that the index delivers in order, unless `sorted`
  // No index delivers the order: it is made of seqs, and only the rows of the window are read.
  bool sorted = false;
  // What is counted: `from` and `where`, or without the objects, where another table has a row
  // each.
  // Or what is added up, where a table has totals.
  std::string count = "count(*)";
  std::string count_from;
  std::string count_where;
  std::string row{Query::kDocument};  // what is answered of each object
  Bindings bindings;
  bool counted = false;  // nothing is asked but the place and facets: the counters know the total
  std::vector<FacetCondition> facets;  // where nothing else leads to the rows
  bool nothing = false;                // matches no row

  // Whether it is found by combinations of facets: those that Matches, bound as :facets.
  bool ByFacets() const { return !facets.empty(); }
};

Selection Select(const Query& query);
// Whether the values, a line each facet, are such as the selection asks for.
bool Matches(const Selection& selection, std::string_view facets);
// What :facets is bound to: of each combination the region and the values.
std::string ToFacetsJson(const std::vector<std::pair<std::string, std::string>>& combinations);

// The statement of a window, beside the selection's bindings: :before, :limit, :offset; by facets
// also :facets and :reach, the rows that are looked at of each combination.
std::string PageSql(const Selection& selection, const Window& window);
std::string CountSql(const Selection& selection);

// A text as an SQL literal: 'it''s'.
std::string Quoted(std::string_view text);
// The GLOB of a pattern in which only '*' is special.
std::string ToGlob(std::string_view pattern);
// A JSON array of strings, for json_each.
std::string ToJsonArray(const std::vector<std::string>& values);

}  // namespace cloudapi
