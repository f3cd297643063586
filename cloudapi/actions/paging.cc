#include "cloudapi/actions/paging.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"

namespace cloudapi {
namespace {

// Tells a mangled or foreign token from ours.
std::uint64_t DigestOf(std::string_view scope, std::uint64_t seq, std::string_view text) {
  return base::StableHash(fmt::format("{}|{}|{}", scope, seq, text));
}

}  // namespace

std::string EncodeToken(std::string_view scope, const TokenPosition& position) {
  const auto seq = static_cast<std::uint64_t>(position.seq);
  return fmt::format("{:016x}{:016x}{}", seq, DigestOf(scope, seq, position.text),
                     base::ToHex(position.text));
}

std::optional<TokenPosition> DecodeToken(std::string_view scope, std::string_view token) {
  if (token.size() < 32) return std::nullopt;
  const auto seq = base::ParseNumber<std::uint64_t>(token.substr(0, 16), 16);
  const auto digest = base::ParseNumber<std::uint64_t>(token.substr(16, 16), 16);
  auto text = base::FromHex(token.substr(32));
  if (!seq || !digest || !text || *digest != DigestOf(scope, *seq, *text)) return std::nullopt;
  return TokenPosition{.seq = static_cast<std::int64_t>(*seq), .text = std::move(*text)};
}

std::string TokenScope(const Caller& caller, std::string_view action) {
  return fmt::format("{}|{}|{}", caller.account, caller.region, action);
}

Result<std::optional<TokenPosition>> NextTokenOf(const Arguments& args, std::string_view scope) {
  const auto token = args.Text("NextToken");
  if (!token) return std::optional<TokenPosition>();
  if (auto position = DecodeToken(scope, *token)) return position;
  return Refuse(403, "Invalid.NextToken", "paging.next-token",
                "NextToken was not given out by this listing.",
                {{std::string(kRefusedParameter), "NextToken"}});
}

Result<Paging> PagingOf(const Arguments& args, const PagingRules& rules, std::string_view scope) {
  Paging paging{.pages_only = rules.pages_only, .tokens_only = rules.tokens_only};
  if (!rules.pages_only) {
    const auto position = NextTokenOf(args, scope);
    if (!position) return Fail(position.error());
    const auto most = args.Integer("MaxResults");
    if (*position) paging.window.before_seq = (*position)->seq;
    const std::int64_t least = rules.tokens_only ? 1 : rules.least_results;
    paging.window.limit = std::clamp(most.value_or(rules.least_results), least, rules.most_results);
    if (*position || most || rules.tokens_only) return paging;
  }
  paging.page_number = args.Integer("PageNumber").value_or(1);
  paging.window.limit = args.Integer("PageSize").value_or(10);
  paging.window.offset = (paging.page_number - 1) * paging.window.limit;
  return paging;
}

std::string PagingMembers(const Paging& paging, const Page& page, std::string_view scope) {
  std::string members;
  if (!paging.pages_only) {
    std::string next;
    if (page.next_before_seq) next = EncodeToken(scope, {.seq = *page.next_before_seq});
    members = fmt::format(R"(,"NextToken":"{}")", next);
  }
  if (paging.tokens_only) return members;
  return members + fmt::format(R"(,"PageNumber":{},"PageSize":{},"TotalCount":{})",
                               paging.page_number, paging.window.limit, page.total);
}

}  // namespace cloudapi
