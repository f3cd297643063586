#pragma once
// Both paging styles of the listings: by token and by page.
// Source: ECS API reference, "pagination" and the Describe pages.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/query.h"

namespace cloudapi {

// Where a listing stands, as opaque text that is good for one scope only: account, region, action.
struct TokenPosition {
  std::int64_t seq = 0;
  std::string text;
};
std::string EncodeToken(std::string_view scope, const TokenPosition& position);
std::optional<TokenPosition> DecodeToken(std::string_view scope, std::string_view token);
std::string TokenScope(const Caller& caller, std::string_view action);
// The position of the call's NextToken; nullopt without one. Errors: 403 Invalid.NextToken.
Result<std::optional<TokenPosition>> NextTokenOf(const Arguments& args, std::string_view scope);

struct PagingRules {
  std::int64_t least_results = 10;  // MaxResults below read as this
  std::int64_t most_results = 100;  // MaxResults above read as this
  bool pages_only = false;          // the action has neither NextToken nor MaxResults
  bool tokens_only = false;         // it has nothing else, and takes fewer than least_results too
};
struct Paging {
  bool pages_only = false;
  bool tokens_only = false;
  Window window;
  std::int64_t page_number = 1;
};
// NextToken or MaxResults make the page parameters ignored. Errors: NextTokenOf's.
Result<Paging> PagingOf(const Arguments& args, const PagingRules& rules, std::string_view scope);
// The paging members of the answer, with a leading comma. NextToken is filled whenever objects
// follow: a caller that began without any paging parameter may go on by it.
std::string PagingMembers(const Paging& paging, const Page& page, std::string_view scope);

}  // namespace cloudapi
