#include "cloudapi/actions/listing.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace cloudapi {
namespace {

using How = Filter::How;
using Conditions = std::vector<Condition>;

// One call's conditions, gathered filter by filter.
struct Gathering {
  const ActionContext& context;
  const Params& params;
  Conditions conditions;
  bool ids_given = false;
};

Result<void> AddIds(Gathering& call, const Filter& filter) {
  auto ids = Ids(call.params, filter.param, filter.words.code);
  if (!ids) return Fail(ids.error());
  call.ids_given = ids->has_value();
  if (*ids) call.conditions.push_back(where::Ids{std::move(**ids)});
  return {};
}

Result<void> AddWord(Gathering& call, const Filter& filter) {
  const auto word = Word(call.params, filter.words);
  if (!word) return Fail(word.error());
  if (word->empty() || *word == filter.all) return {};
  if (filter.how == How::kWord) {
    call.conditions.push_back(where::Is{filter.column, *word});
  } else {
    call.conditions.push_back(where::Member{filter.column, {*word}});
  }
  return {};
}

Result<void> AddTags(Gathering& call) {
  auto tags = TagMatches(call.params);
  if (!tags) return Fail(tags.error());
  if (!tags->empty()) call.conditions.push_back(where::Tags{std::move(*tags)});
  return {};
}

Result<void> AddTimes(Gathering& call, const Filter& filter) {
  const auto ranges = TimeRanges(call.params, filter.times);
  if (!ranges) return Fail(ranges.error());
  for (std::size_t i = 0; i < ranges->size(); ++i) {
    const TimeRange& range = (*ranges)[i];
    if (!range.from && !range.to) continue;
    call.conditions.push_back(where::Between{filter.times[i].column, range.from, range.to});
  }
  return {};
}

Result<void> AddZone(Gathering& call, const Filter& filter, const std::string& zone) {
  if (call.context.catalogue.FindZone(zone) == nullptr) {
    return Refuse(400, "InvalidZoneId.NotFound", "describe-disks.zone",
                  fmt::format("There is no zone {}.", zone));
  }
  call.conditions.push_back(where::Is{filter.column, zone});
  return {};
}

Result<void> AddCategory(Gathering& call, const Filter& filter, const std::string& category) {
  if (category == "all") return {};
  if (call.context.catalogue.FindCategory(category) == nullptr) {
    return Refuse(400, "InvalidCategory.ValueNotSupported", "describe-disks.category",
                  fmt::format("There is no disk category {}.", category));
  }
  call.conditions.push_back(where::Is{filter.column, category});
  return {};
}

void AddMemberList(Gathering& call, const Filter& filter, const std::string& value) {
  auto values = call.params.JsonList(filter.param);
  if (!values) values.emplace({value});
  call.conditions.push_back(where::Member{filter.column, std::move(*values)});
}

// A filter whose parameter has that value.
Result<void> AddValue(Gathering& call, const Filter& filter, const std::string& value) {
  switch (filter.how) {
    case How::kText: call.conditions.push_back(where::Is{filter.column, value}); break;
    case How::kName: call.conditions.push_back(where::Like{filter.column, value}); break;
    case How::kFlag:
      call.conditions.push_back(
          where::Is{filter.column, std::int64_t{*call.params.Boolean(filter.param) ? 1 : 0}});
      break;
    case How::kFamily: call.conditions.push_back(where::BeforeDot{filter.column, value}); break;
    case How::kOnInstance: call.conditions.push_back(where::OnInstance{value}); break;
    case How::kDiskOnInstance:
      call.conditions.push_back(where::DiskOnInstance{filter.column, value});
      break;
    case How::kZone: return AddZone(call, filter, value);
    case How::kCategory: return AddCategory(call, filter, value);
    case How::kMember: call.conditions.push_back(where::Member{filter.column, {value}}); break;
    case How::kMemberList: AddMemberList(call, filter, value); break;
    case How::kIds:
    case How::kWord:
    case How::kMemberWord:
    case How::kTags:
    case How::kTimes:
    case How::kNone: break;
  }
  return {};
}

Result<void> Add(Gathering& call, const Filter& filter) {
  switch (filter.how) {
    case How::kIds: return AddIds(call, filter);
    case How::kWord:
    case How::kMemberWord: return AddWord(call, filter);
    case How::kTags: return AddTags(call);
    case How::kTimes: return AddTimes(call, filter);
    case How::kNone:
      if (filter.excludes(call.params)) call.conditions.push_back(where::Never{});
      return {};
    default: break;
  }
  const auto value = call.params.String(filter.param);
  return value ? AddValue(call, filter, *value) : Result<void>();
}

}  // namespace

Result<Answer> List(const ActionContext& context, View& view, const Params& params,
                    const Listing& listing) {
  Gathering call{.context = context, .params = params, .conditions = {}};
  for (const Filter& filter : listing.filters) {
    if (auto added = Add(call, filter); !added) return Fail(added.error());
    // Without ids the region decides where to look.
    if (&filter == &listing.filters.front()) {
      const auto region = CheckRegion(context, call.ids_given, listing.region);
      if (!region) return Fail(region.error());
    }
  }
  const Query query{.kind = listing.kind,
                    .account = context.call.account,
                    .region = context.call.region,
                    .conditions = std::move(call.conditions)};
  const std::string scope = TokenScope(context.call, listing.action);
  const auto paging = PagingOf(params, listing.paging, scope);
  if (!paging) return Fail(paging.error());
  if (params.Boolean("DryRun").value_or(false)) return Fail(DryRunPassed(listing.action));
  const Page page = view.List(query, paging->window);
  const std::int64_t total = paging->by_token ? 0 : view.Count(query);
  std::string members =
      fmt::format("\"{}\":{{\"{}\":[", listing.outer, listing.inner) + page.documents + "]}";
  members += PagingMembers(*paging, page, total, scope);
  return Answer{.members = std::move(members)};
}

}  // namespace cloudapi
