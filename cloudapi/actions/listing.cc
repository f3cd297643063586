#include "cloudapi/actions/listing.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "cloudapi/base/time.h"

namespace cloudapi {
namespace {

using How = Filter::How;
using Conditions = std::vector<Condition>;

// One call's conditions, gathered filter by filter.
struct Gathering {
  const ReadCall& call;
  Conditions conditions;
  bool ids_given = false;
};

Result<void> AddIds(Gathering& into, const Filter& filter) {
  auto ids = Ids(into.call.args, filter.param, filter.words.code);
  if (!ids) return Fail(ids.error());
  into.ids_given = ids->has_value();
  if (*ids) into.conditions.push_back(where::Ids{std::move(**ids)});
  return {};
}

void AddItems(Gathering& into, const Filter& filter) {
  if (auto items = into.call.args.Items(filter.param))
    into.conditions.push_back(where::Ids{std::move(*items)});
}

void AddAnyOf(Gathering& into, const Filter& filter) {
  const auto& items = into.call.args.List(filter.param);
  if (!items.empty()) into.conditions.push_back(where::AnyOf{filter.column, items});
}

void AddKnownWord(Gathering& into, const Filter& filter) {
  const auto word = Word(into.call.args, filter.words);
  if (word && !word->empty()) into.conditions.push_back(where::Is{filter.column, *word});
}

Result<void> AddTime(Gathering& into, const Filter& filter) {
  const auto text = into.call.args.Text(filter.param);
  if (!text) return {};
  const bool until = filter.how == How::kUntil;
  const auto time = until ? EndTime(*text) : ParseTime(*text);
  if (!time) {
    return Refuse(
        400, "InvalidParameter", "describe.time",
        fmt::format("The parameter {} is no time; write 2021-06-07T06:08Z.", filter.param),
        {{std::string(filter.param), *text}});
  }
  into.conditions.push_back(
      where::Between{filter.column, until ? std::nullopt : time, until ? time : std::nullopt});
  return {};
}

Result<void> AddWord(Gathering& into, const Filter& filter) {
  const auto word = Word(into.call.args, filter.words);
  if (!word) return Fail(word.error());
  if (word->empty() || *word == filter.all) return {};
  if (filter.how == How::kWord) {
    into.conditions.push_back(where::Is{filter.column, *word});
  } else {
    into.conditions.push_back(where::Member{filter.column, {*word}});
  }
  return {};
}

Result<void> AddTags(Gathering& into) {
  auto tags = TagMatches(into.call.args);
  if (!tags) return Fail(tags.error());
  if (!tags->empty()) into.conditions.push_back(where::Tags{std::move(*tags)});
  return {};
}

Result<void> AddTimes(Gathering& into, const Filter& filter) {
  const auto ranges = TimeRanges(into.call.args, filter.times);
  if (!ranges) return Fail(ranges.error());
  for (std::size_t i = 0; i < ranges->size(); ++i) {
    const TimeRange& range = (*ranges)[i];
    if (!range.from && !range.to) continue;
    into.conditions.push_back(where::Between{filter.times[i].column, range.from, range.to});
  }
  return {};
}

Result<void> AddZone(Gathering& into, const Filter& filter, const std::string& zone) {
  if (into.call.catalogue.FindZone(zone) == nullptr) {
    return Refuse(400, "InvalidZoneId.NotFound", "describe-disks.zone",
                  fmt::format("There is no zone {}.", zone));
  }
  into.conditions.push_back(where::Is{filter.column, zone});
  return {};
}

Result<void> AddCategory(Gathering& into, const Filter& filter, const std::string& category) {
  if (category == "all") return {};
  if (into.call.catalogue.FindCategory(category) == nullptr) {
    return Refuse(400, "InvalidCategory.ValueNotSupported", "describe-disks.category",
                  fmt::format("There is no disk category {}.", category));
  }
  into.conditions.push_back(where::Is{filter.column, category});
  return {};
}

void AddFlag(Gathering& into, const Filter& filter) {
  if (const auto flag = into.call.args.Boolean(filter.param))
    into.conditions.push_back(where::Is{filter.column, std::int64_t{*flag ? 1 : 0}});
}

void AddMemberList(Gathering& into, const Filter& filter) {
  if (auto values = into.call.args.Items(filter.param))
    into.conditions.push_back(where::Member{filter.column, std::move(*values)});
}

// A filter whose parameter is that text.
Result<void> AddText(Gathering& into, const Filter& filter, const std::string& text) {
  switch (filter.how) {
    case How::kText: into.conditions.push_back(where::Is{filter.column, text}); break;
    case How::kName: into.conditions.push_back(where::Like{filter.column, text}); break;
    case How::kFamily: into.conditions.push_back(where::BeforeDot{filter.column, text}); break;
    case How::kOnInstance: into.conditions.push_back(where::OnInstance{text}); break;
    case How::kDiskOnInstance:
      into.conditions.push_back(where::DiskOnInstance{filter.column, text});
      break;
    case How::kZone: return AddZone(into, filter, text);
    case How::kCategory: return AddCategory(into, filter, text);
    case How::kMember: into.conditions.push_back(where::Member{filter.column, {text}}); break;
    default: break;
  }
  return {};
}

Result<void> Add(Gathering& into, const Filter& filter) {
  switch (filter.how) {
    case How::kIds: return AddIds(into, filter);
    case How::kItems: AddItems(into, filter); return {};
    case How::kAnyOf: AddAnyOf(into, filter); return {};
    case How::kKnownWord: AddKnownWord(into, filter); return {};
    case How::kSince:
    case How::kUntil: return AddTime(into, filter);
    case How::kWord:
    case How::kMemberWord: return AddWord(into, filter);
    case How::kTags: return AddTags(into);
    case How::kTimes: return AddTimes(into, filter);
    case How::kFlag: AddFlag(into, filter); return {};
    case How::kMemberList: AddMemberList(into, filter); return {};
    case How::kNone:
      if (filter.excludes(into.call.args)) into.conditions.push_back(where::Never{});
      return {};
    default: break;
  }
  const auto text = into.call.args.Text(filter.param);
  return text ? AddText(into, filter, *text) : Result<void>();
}

}  // namespace

Result<Answer> List(const ReadCall& call, const Listing& listing) {
  Gathering into{.call = call, .conditions = {}};
  for (const Filter& filter : listing.filters) {
    if (auto added = Add(into, filter); !added) return Fail(added.error());
    // Without ids the region decides where to look.
    if (&filter == &listing.filters.front()) {
      const auto region = CheckRegion(call, into.ids_given, listing.region);
      if (!region) return Fail(region.error());
    }
  }
  const Query query{.kind = listing.kind,
                    .account = call.caller.account,
                    .region = call.caller.region,
                    .conditions = std::move(into.conditions)};
  const std::string scope = TokenScope(call.caller, listing.action);
  const auto paging = PagingOf(call.args, listing.paging, scope);
  if (!paging) return Fail(paging.error());
  if (call.args.Declares("DryRun") && call.args.IsTrue("DryRun"))
    return Fail(DryRunPassed(listing.action));
  const Page page = call.view.List(query, paging->window);
  std::string members =
      fmt::format("\"{}\":{{\"{}\":[", listing.outer, listing.inner) + page.documents + "]}";
  if (listing.region_member) members += fmt::format(R"(,"RegionId":"{}")", call.caller.region);
  members += PagingMembers(*paging, page, scope);
  return Answer{.members = std::move(members)};
}

}  // namespace cloudapi
