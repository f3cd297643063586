#include "cloudapi/actions/query_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cloudapi/base/json.h"
#include "cloudapi/base/time.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::size_t kMinuteForm = std::string_view("2021-06-07T06:08Z").size();
constexpr std::chrono::milliseconds kRestOfMinute{59'999};

// FNV-1a: tells a mangled or foreign token from ours; it guards no secret.
std::uint64_t Digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::uint64_t DigestOf(std::string_view scope, std::uint64_t seq, std::string_view text) {
  return Digest(fmt::format("{}|{}|{}", scope, seq, text));
}

std::optional<std::uint64_t> ParseHex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<std::string> Word(const Arguments& args, const WordRule& rule) {
  const auto given = args.Text(rule.param);
  if (!given) return std::string();
  for (const auto word : rule.words)
    if (base::EqualNoCase(word, *given)) return std::string(word);
  return Fail({.http_status = rule.status,
               .code = std::string(rule.code),
               .message = fmt::format("{} does not take the value {}.", rule.param, *given),
               .rule = fmt::format("word.{}", rule.param),
               .facts = {{std::string(rule.param), *given}}});
}

Result<std::optional<std::vector<std::string>>> Ids(const Arguments& args, std::string_view name,
                                                    std::string_view code) {
  auto ids = args.Items(name);
  if (ids && ids->size() > kMaxIds)
    return Fail({.http_status = 403,
                 .code = std::string(code),
                 .message = fmt::format("{} holds {} ids; at most {} are taken.", name, ids->size(),
                                        kMaxIds),
                 .rule = "describe.id-count"});
  return ids;
}

std::optional<SysMillis> EndTime(std::string_view text) {
  const auto time = ParseTime(text);
  if (!time || text.size() != kMinuteForm) return time;
  return *time + kRestOfMinute;
}

Result<std::vector<TimeRange>> TimeRanges(const Arguments& args, std::span<const TimeKeys> keys) {
  std::vector<TimeRange> ranges(keys.size());
  for (const auto& row : args.Structs("Filter")) {
    const std::string key = row.TextOrEmpty("Key");
    const std::string value = row.TextOrEmpty("Value");
    if (key.empty() && value.empty()) continue;
    const auto known = std::ranges::find_if(
        keys, [&key](const TimeKeys& pair) { return pair.start == key || pair.end == key; });
    if (known == keys.end())
      return Fail({.http_status = 404,
                   .code = "InvalidFilterKey.NotFound",
                   .message = fmt::format("No filter is named {}.", key),
                   .rule = "describe.filter-key"});
    const auto time = ParseTime(value);
    if (!time)
      return Fail(
          {.http_status = 404,
           .code = "InvalidFilterValue",
           .message = fmt::format("{} is no time for {}; write 2021-06-07T06:08Z.", value, key),
           .rule = "describe.filter-value"});
    TimeRange& range = ranges[static_cast<std::size_t>(known - keys.begin())];
    if (key == known->start) range.from = time;
    if (key == known->end) range.to = EndTime(value);
  }
  return ranges;
}

Result<std::vector<TagMatch>> TagMatches(const Arguments& args) {
  std::vector<TagMatch> matches;
  for (const auto& row : args.Structs("Tag")) {
    TagMatch match{.key = row.TextOrEmpty("Key")};
    const std::string value = row.TextOrEmpty("Value");
    if (match.key.empty() && value.empty()) continue;
    if (match.key.empty())
      return Fail({.http_status = 400,
                   .code = "InvalidTag.Mismatch",
                   .message = fmt::format("The tag value {} has no key.", value),
                   .rule = "tags.value-without-key"});
    if (!value.empty()) match.value = value;
    matches.push_back(std::move(match));
  }
  return matches;
}

std::string EncodeToken(std::string_view scope, const TokenPosition& position) {
  const auto seq = static_cast<std::uint64_t>(position.seq);
  return fmt::format("{:016x}{:016x}{}", seq, DigestOf(scope, seq, position.text),
                     base::ToHex(position.text));
}

std::optional<TokenPosition> DecodeToken(std::string_view scope, std::string_view token) {
  if (token.size() < 32) return std::nullopt;
  const auto seq = ParseHex(token.substr(0, 16));
  const auto digest = ParseHex(token.substr(16, 16));
  auto text = base::FromHex(token.substr(32));
  if (!seq || !digest || !text) return std::nullopt;
  TokenPosition position{.seq = static_cast<std::int64_t>(*seq), .text = std::move(*text)};
  if (*digest != DigestOf(scope, *seq, position.text)) return std::nullopt;
  return position;
}

std::string TokenScope(const Caller& caller, std::string_view action) {
  return fmt::format("{}|{}|{}", caller.account, caller.region, action);
}

Result<std::optional<TokenPosition>> NextTokenOf(const Arguments& args, std::string_view scope) {
  const auto token = args.Text("NextToken");
  if (!token) return std::optional<TokenPosition>();
  auto position = DecodeToken(scope, *token);
  if (!position)
    return Fail({.http_status = 403,
                 .code = "Invalid.NextToken",
                 .message = "NextToken was not given out by this listing.",
                 .rule = "paging.next-token"});
  return position;
}

namespace {

void SetPage(const Arguments& args, Paging& paging) {
  paging.page_number = args.Integer("PageNumber").value_or(1);
  paging.window.limit = args.Integer("PageSize").value_or(10);
  paging.window.offset = (paging.page_number - 1) * paging.window.limit;
}

}  // namespace

Result<Paging> PagingOf(const Arguments& args, const PagingRules& rules, std::string_view scope) {
  Paging paging{.pages_only = rules.pages_only};
  if (rules.pages_only) {
    SetPage(args, paging);
    return paging;
  }
  const auto position = NextTokenOf(args, scope);
  if (!position) return Fail(position.error());
  const auto most = args.Integer("MaxResults");
  paging.by_token = position->has_value() || most.has_value();
  if (paging.by_token) {
    paging.window.limit =
        std::clamp(most.value_or(rules.least_results), rules.least_results, rules.most_results);
    if (*position) paging.window.before_seq = (*position)->seq;
    return paging;
  }
  SetPage(args, paging);
  return paging;
}

std::string PagingMembers(const Paging& paging, const Page& page, std::string_view scope) {
  std::string next;
  if (page.next_before_seq) next = EncodeToken(scope, {.seq = *page.next_before_seq});
  if (paging.pages_only)
    return fmt::format(R"(,"PageNumber":{},"PageSize":{},"TotalCount":{})", paging.page_number,
                       paging.window.limit, page.total);
  return fmt::format(R"(,"NextToken":"{}","PageNumber":{},"PageSize":{},"TotalCount":{})", next,
                     paging.page_number, paging.window.limit, page.total);
}

ApiError DryRunPassed(std::string_view action) {
  return {.http_status = 400,
          .code = "DryRunOperation",
          .message = fmt::format("{} would have succeeded.", action),
          .rule = "dry-run"};
}

Result<void> CheckRegion(const ActionCall& call, bool ids_given, const RegionRule& rule) {
  const std::string& region = call.caller.region;
  if (region.empty() && ids_given) return {};
  if (region.empty())
    return Fail({.http_status = rule.missing_status,
                 .code = std::string(rule.missing_code),
                 .message = "RegionId is required.",
                 .rule = "region.required"});
  if (call.catalogue.FindRegion(region) == nullptr)
    return Fail({.http_status = rule.unknown_status,
                 .code = std::string(rule.unknown_code),
                 .message = fmt::format("There is no region {}.", region),
                 .rule = "region.known",
                 .facts = {{"RegionId", region}}});
  return {};
}

}  // namespace cloudapi
