#pragma once
// A Describe action over one kind as data: a table of filters, most selective first, and how it is
// paged. Source: ECS API reference, "pagination" and the Describe pages.
#include <span>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/paging.h"
#include "cloudapi/store/view.h"

namespace cloudapi {

// A range of times in Filter.N: the names of its ends and what they bound.
struct TimeKeys {
  std::string_view start;   // "CreationStartTime"
  std::string_view end;     // "CreationEndTime"
  std::string_view column;  // or an expression of the alias o
};

using Conditions = std::vector<Condition>;

// One parameter and the conditions that it asks for; none when it is absent.
struct Filter {
  std::string_view param;
  Result<Conditions> (*conditions)(const ReadCall& call, const Filter& filter);
  std::string_view column = {};  // or the literal path in the stored document; of Ids: the code
  std::string_view all = {};     // the word that asks for nothing
  std::span<const TimeKeys> times = {};
};

// What a filter may ask for. An action may have others of its own.
namespace filters {

// A JSON list of at most 100 ids. Errors: 403 with the code in `column` when there are more.
Result<Conditions> Ids(const ReadCall& call, const Filter& filter);
// Ids in a text of several.
Result<Conditions> Items(const ReadCall& call, const Filter& filter);
// A list: any of its items.
Result<Conditions> AnyOf(const ReadCall& call, const Filter& filter);
// The same of a text of several.
Result<Conditions> AnyOfItems(const ReadCall& call, const Filter& filter);
Result<Conditions> Text(const ReadCall& call, const Filter& filter);
// '*' stands for any text.
Result<Conditions> Name(const ReadCall& call, const Filter& filter);
Result<Conditions> Flag(const ReadCall& call, const Filter& filter);
// "ecs.g7" matches "ecs.g7.large".
Result<Conditions> Family(const ReadCall& call, const Filter& filter);
// Tag.N: all must be carried. Errors: TagMatches'.
Result<Conditions> Tags(const ReadCall& call, const Filter& filter);
// Filter.N: `times` by name, in minutes or seconds.
// Errors: 404 InvalidFilterKey.NotFound, InvalidFilterValue.
Result<Conditions> Times(const ReadCall& call, const Filter& filter);
// One end of a range of times, included; an end in minutes means the whole minute.
// Errors: 400 InvalidParameter.
Result<Conditions> Since(const ReadCall& call, const Filter& filter);
Result<Conditions> Until(const ReadCall& call, const Filter& filter);
// Disks that have an attachment to the instance.
Result<Conditions> OnInstance(const ReadCall& call, const Filter& filter);
// Objects whose `column` names a disk on the instance.
Result<Conditions> DiskOnInstance(const ReadCall& call, const Filter& filter);
// A member of the stored document.
Result<Conditions> Member(const ReadCall& call, const Filter& filter);
// The same with a JSON list of values, or one value.
Result<Conditions> MemberList(const ReadCall& call, const Filter& filter);

}  // namespace filters

struct Listing {
  const KindInfo* kind = nullptr;
  std::string_view action;
  std::string_view outer;       // "Disks"
  std::string_view inner = {};  // "Disk"; empty: the objects stand in `outer` itself
  std::span<const Filter> filters;
  RegionRule region = {};
  PagingRules paging = {};
  bool region_member = false;               // the answer has the call's RegionId
  std::string_view row = Query::kDocument;  // what is answered of each object
};

// The whole answer of the call by either paging style: `"Disks":{"Disk":[…]}`, or `"Disks":[…]`
// without `inner`, and the paging members. Errors: those of the filters, region and paging.
Result<Answer> List(const ReadCall& call, const Listing& listing);

}  // namespace cloudapi
