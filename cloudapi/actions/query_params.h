#pragma once
// What the Describe actions share: both paging styles, words of an enum, id lists, times, tags.
// Source: ECS API reference, "pagination" and the Describe pages.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/query.h"

namespace cloudapi {

inline constexpr std::size_t kMaxIds = 100;

// A parameter that takes one of some words, in any case. `words` are the spellings stored.
struct WordRule {
  std::string_view param = {};
  std::span<const std::string_view> words = {};
  int status = 400;
  std::string_view code = {};
};
// The word in its stored spelling, "" when not given. Errors: the rule's.
Result<std::string> Word(const Arguments& args, const WordRule& rule);

// A JSON list of at most kMaxIds ids; nothing when absent. Errors: 403 `code` when there are more.
Result<std::optional<std::vector<std::string>>> Ids(const Arguments& args, std::string_view name,
                                                    std::string_view code);

// Filter.N.Key / Filter.N.Value: two times by name, in minutes or seconds; an end given in minutes
// means the whole minute.
struct TimeRange {
  std::optional<SysMillis> from;
  std::optional<SysMillis> to;
};
// `start_key` and its `end_key`, e.g. CreationStartTime, CreationEndTime.
struct TimeKeys {
  std::string_view start;
  std::string_view end;
  std::string_view column = {};  // of a listing: a column or expression of the alias o
};
// The time as the end of a range: one in minutes means the whole minute.
std::optional<SysMillis> EndTime(std::string_view text);
// One range for each of `keys`. Errors: 404 InvalidFilterKey.NotFound, InvalidFilterValue.
Result<std::vector<TimeRange>> TimeRanges(const Arguments& args, std::span<const TimeKeys> keys);

// Tag.N filters: all must be carried. Errors: 400 InvalidTag.Mismatch for a value without a key.
Result<std::vector<TagMatch>> TagMatches(const Arguments& args);

// Where a listing stands, as opaque text that is good for one scope only: account, region, action.
struct TokenPosition {
  std::int64_t seq = 0;
  std::string text;
};
std::string EncodeToken(std::string_view scope, const TokenPosition& position);
std::optional<TokenPosition> DecodeToken(std::string_view scope, std::string_view token);
std::string TokenScope(const Caller& caller, std::string_view action);
// The position of the call's NextToken, nothing without one. Errors: 403 Invalid.NextToken.
Result<std::optional<TokenPosition>> NextTokenOf(const Arguments& args, std::string_view scope);

struct PagingRules {
  std::int64_t least_results = 10;  // MaxResults below read as this
  std::int64_t most_results = 100;  // MaxResults above read as this
  bool pages_only = false;          // the action has neither NextToken nor MaxResults
};
struct Paging {
  bool pages_only = false;
  bool by_token = false;  // NextToken or MaxResults was given; page parameters are then ignored
  Window window;
  std::int64_t page_number = 1;
};
Result<Paging> PagingOf(const Arguments& args, const PagingRules& rules, std::string_view scope);
// The paging members of the answer, with a leading comma. NextToken is filled whenever objects
// follow: a caller that began without any paging parameter may go on by it.
std::string PagingMembers(const Paging& paging, const Page& page, std::string_view scope);

// 400 DryRunOperation: everything was valid.
ApiError DryRunPassed(std::string_view action);

// Refuses an absent RegionId (unless `ids_given`) and one that the catalogue does not know.
struct RegionRule {
  int missing_status = 400;
  std::string_view missing_code = "MissingParameter";
  int unknown_status = 404;
  std::string_view unknown_code = "InvalidRegionId.NotFound";
};
Result<void> CheckRegion(const ActionCall& call, bool ids_given, const RegionRule& rule);

}  // namespace cloudapi
