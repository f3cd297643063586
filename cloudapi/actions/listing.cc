#include "cloudapi/actions/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cloudapi/actions/tag_params.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

constexpr std::size_t kMaxIds = 100;
constexpr std::size_t kMinuteForm = std::string_view("2021-06-07T06:08Z").size();
constexpr std::chrono::milliseconds kRestOfMinute{59'999};

// The time as the end of a range: one in minutes means the whole minute.
std::optional<SysMillis> EndTime(std::string_view text) {
  const auto time = base::ParseTime(text);
  if (!time || text.size() != kMinuteForm) return time;
  return *time + kRestOfMinute;
}

Result<Conditions> TimeOf(const ReadCall& call, const Filter& filter, bool until) {
  const auto text = call.args.Text(filter.param);
  if (!text) return Conditions{};
  const auto time = until ? EndTime(*text) : base::ParseTime(*text);
  if (!time) {
    return Refuse(
        400, "InvalidParameter", "describe.time",
        fmt::format("The parameter {} is no time; write 2021-06-07T06:08Z.", filter.param),
        {{std::string(filter.param), *text}});
  }
  where::Between between{.column = filter.column};
  (until ? between.until : between.from) = time;
  return Conditions{between};
}

std::string RowMembers(const Listing& listing, const Page& page) {
  if (listing.inner.empty()) return fmt::format("\"{}\":[", listing.outer) + page.documents + "]";
  return fmt::format("\"{}\":{{\"{}\":[", listing.outer, listing.inner) + page.documents + "]}";
}

// The condition of a column and a text.
template <class Condition>
Result<Conditions> ByText(const ReadCall& call, const Filter& filter) {
  const auto text = call.args.Text(filter.param);
  if (!text || *text == filter.all) return Conditions{};
  return Conditions{Condition{filter.column, {*text}}};
}

}  // namespace

namespace filters {

Result<Conditions> Ids(const ReadCall& call, const Filter& filter) {
  auto ids = call.args.Items(filter.param);
  if (!ids) return Conditions{};
  if (ids->size() > kMaxIds) {
    return Refuse(
        403, filter.column, "describe.id-count",
        fmt::format("{} holds {} ids; at most {} are taken.", filter.param, ids->size(), kMaxIds));
  }
  return Conditions{where::Ids{std::move(*ids)}};
}

Result<Conditions> Items(const ReadCall& call, const Filter& filter) {
  auto items = call.args.Items(filter.param);
  return items ? Conditions{where::Ids{std::move(*items)}} : Conditions{};
}

Result<Conditions> AnyOf(const ReadCall& call, const Filter& filter) {
  const auto& items = call.args.List(filter.param);
  return items.empty() ? Conditions{} : Conditions{where::AnyOf{filter.column, items}};
}

Result<Conditions> AnyOfItems(const ReadCall& call, const Filter& filter) {
  auto items = call.args.Items(filter.param);
  return items ? Conditions{where::AnyOf{filter.column, std::move(*items)}} : Conditions{};
}

Result<Conditions> Text(const ReadCall& call, const Filter& filter) {
  return ByText<where::Is>(call, filter);
}

Result<Conditions> Name(const ReadCall& call, const Filter& filter) {
  return ByText<where::Like>(call, filter);
}

Result<Conditions> Flag(const ReadCall& call, const Filter& filter) {
  const auto flag = call.args.Boolean(filter.param);
  if (!flag) return Conditions{};
  return Conditions{where::Is{filter.column, std::int64_t{*flag ? 1 : 0}}};
}

Result<Conditions> Family(const ReadCall& call, const Filter& filter) {
  return ByText<where::BeforeDot>(call, filter);
}

Result<Conditions> Tags(const ReadCall& call, const Filter&) {
  auto tags = TagMatches(call.args);
  if (!tags) return Fail(tags.error());
  return tags->empty() ? Conditions{} : Conditions{where::Tags{std::move(*tags)}};
}

Result<Conditions> Times(const ReadCall& call, const Filter& filter) {
  std::vector<where::Between> ranges;
  for (const TimeKeys& keys : filter.times) ranges.push_back({.column = keys.column});
  for (const auto& row : call.args.Structs("Filter")) {
    const std::string& key = row.TextOrEmpty("Key");
    const std::string& value = row.TextOrEmpty("Value");
    if (key.empty() && value.empty()) continue;
    const auto known = std::ranges::find_if(filter.times, [&key](const TimeKeys& keys) {
      return keys.start == key || keys.end == key;
    });
    if (known == filter.times.end()) {
      return Refuse(404, "InvalidFilterKey.NotFound", "describe.filter-key",
                    fmt::format("No filter is named {}.", key));
    }
    const auto time = base::ParseTime(value);
    if (!time) {
      return Refuse(404, "InvalidFilterValue", "describe.filter-value",
                    fmt::format("{} is no time for {}; write 2021-06-07T06:08Z.", value, key));
    }
    where::Between& range = ranges[static_cast<std::size_t>(known - filter.times.begin())];
    if (key == known->start) range.from = time;
    if (key == known->end) range.until = EndTime(value);
  }
  std::erase_if(ranges, [](const where::Between& range) { return !range.from && !range.until; });
  return Conditions(ranges.begin(), ranges.end());
}

Result<Conditions> Since(const ReadCall& call, const Filter& filter) {
  return TimeOf(call, filter, false);
}

Result<Conditions> Until(const ReadCall& call, const Filter& filter) {
  return TimeOf(call, filter, true);
}

Result<Conditions> OnInstance(const ReadCall& call, const Filter& filter) {
  const auto id = call.args.Text(filter.param);
  return id ? Conditions{where::OnInstance{*id}} : Conditions{};
}

Result<Conditions> DiskOnInstance(const ReadCall& call, const Filter& filter) {
  return ByText<where::DiskOnInstance>(call, filter);
}

Result<Conditions> Member(const ReadCall& call, const Filter& filter) {
  return ByText<where::Member>(call, filter);
}

Result<Conditions> MemberList(const ReadCall& call, const Filter& filter) {
  auto values = call.args.Items(filter.param);
  return values ? Conditions{where::Member{filter.column, std::move(*values)}} : Conditions{};
}

}  // namespace filters

Result<Answer> List(const ReadCall& call, const Listing& listing) {
  Query query{.kind = listing.kind,
              .account = call.caller.account,
              .region = call.caller.region,
              .row = listing.row};
  for (const Filter& filter : listing.filters) {
    auto conditions = filter.conditions(call, filter);
    if (!conditions) return Fail(conditions.error());
    std::ranges::move(*conditions, std::back_inserter(query.conditions));
    // The first filter is the ids; without ids the region decides where to look.
    if (&filter != &listing.filters.front()) continue;
    if (query.region.empty() && !query.conditions.empty()) continue;
    if (const auto region = CheckRegion(call, listing.region); !region) return Fail(region.error());
  }
  const std::string scope = TokenScope(call.caller, listing.action);
  const auto paging = PagingOf(call.args, listing.paging, scope);
  if (!paging) return Fail(paging.error());
  const Page page = call.view.List(query, paging->window);
  std::string members = RowMembers(listing, page);
  if (listing.region_member) members += fmt::format(R"(,"RegionId":"{}")", call.caller.region);
  members += PagingMembers(*paging, page, scope);
  return Answer{.members = std::move(members)};
}

}  // namespace cloudapi
