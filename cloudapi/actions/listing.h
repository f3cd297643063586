#pragma once
// A Describe action over one kind as data: a table of filters, most selective first, and how it is
// paged. Source: ECS API reference, "pagination" and the Describe pages.
#include <span>
#include <string_view>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/query_params.h"
#include "cloudapi/store/view.h"

namespace cloudapi {

// What one parameter asks for. Made by the functions below.
struct Filter {
  enum class How {
    kIds,
    kItems,
    kAnyOf,
    kText,
    kName,
    kFlag,
    kWord,
    kKnownWord,
    kFamily,
    kTags,
    kTimes,
    kSince,
    kUntil,
    kOnInstance,
    kDiskOnInstance,
    kZone,
    kCategory,
    kMember,
    kMemberWord,
    kMemberList,
    kNone,
  };
  How how = How::kText;
  std::string_view param = {};
  std::string_view column = {};  // or the path in the stored document
  WordRule words = {};           // kWord, kMemberWord; its code also for kIds
  std::string_view all = {};     // the word that asks for nothing
  std::span<const TimeKeys> times = {};
  bool (*excludes)(const Arguments&) = nullptr;  // kNone
};

namespace filters {

// A JSON list of at most 100 ids; more: 403 `code`.
constexpr Filter Ids(std::string_view param, std::string_view code) {
  return {.how = Filter::How::kIds, .param = param, .words = {.code = code}};
}
// A text of several ids.
constexpr Filter Items(std::string_view param) {
  return {.how = Filter::How::kItems, .param = param};
}
// A list: any of its items.
constexpr Filter AnyOf(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kAnyOf, .param = param, .column = column};
}
constexpr Filter Text(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kText, .param = param, .column = column};
}
// '*' stands for any text.
constexpr Filter Name(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kName, .param = param, .column = column};
}
constexpr Filter Flag(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kFlag, .param = param, .column = column};
}
constexpr Filter Word(std::string_view column, const WordRule& rule, std::string_view all = {}) {
  return {
      .how = Filter::How::kWord, .param = rule.param, .column = column, .words = rule, .all = all};
}
// A word that asks for nothing when it is none of the known ones.
constexpr Filter KnownWord(std::string_view param, std::string_view column,
                           std::span<const std::string_view> words) {
  return {.how = Filter::How::kKnownWord,
          .param = param,
          .column = column,
          .words = {.param = param, .words = words}};
}
// "ecs.g7" matches "ecs.g7.large".
constexpr Filter Family(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kFamily, .param = param, .column = column};
}
// Tag.N: all must be carried.
constexpr Filter Tags() {
  return {.how = Filter::How::kTags};
}
// Filter.N: times by name.
constexpr Filter Times(std::span<const TimeKeys> times) {
  return {.how = Filter::How::kTimes, .times = times};
}
// One end of a range of times, included; an end in minutes means the whole minute. Another text:
// 400 InvalidParameter.
constexpr Filter Since(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kSince, .param = param, .column = column};
}
constexpr Filter Until(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kUntil, .param = param, .column = column};
}
// Disks that have an attachment to the instance.
constexpr Filter OnInstance(std::string_view param) {
  return {.how = Filter::How::kOnInstance, .param = param};
}
// Objects whose `column` names a disk on the instance.
constexpr Filter DiskOnInstance(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kDiskOnInstance, .param = param, .column = column};
}
// A zone of the catalogue; another: 400 InvalidZoneId.NotFound.
constexpr Filter Zone(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kZone, .param = param, .column = column};
}
// A category of the catalogue or "all"; another: 400 InvalidCategory.ValueNotSupported.
constexpr Filter Category(std::string_view param, std::string_view column) {
  return {.how = Filter::How::kCategory, .param = param, .column = column};
}
// A member of the stored document; `path` is a literal.
constexpr Filter Member(std::string_view param, std::string_view path) {
  return {.how = Filter::How::kMember, .param = param, .column = path};
}
constexpr Filter MemberWord(std::string_view path, const WordRule& rule,
                            std::string_view all = {}) {
  return {.how = Filter::How::kMemberWord,
          .param = rule.param,
          .column = path,
          .words = rule,
          .all = all};
}
// A JSON list of values, or one value.
constexpr Filter MemberList(std::string_view param, std::string_view path) {
  return {.how = Filter::How::kMemberList, .param = param, .column = path};
}
// What no object here has: the call matches none where `excludes` says so.
constexpr Filter None(bool (*excludes)(const Arguments&)) {
  return {.how = Filter::How::kNone, .excludes = excludes};
}

}  // namespace filters

struct Listing {
  const KindInfo* kind = nullptr;
  std::string_view action;
  std::string_view outer;  // "Disks"
  std::string_view inner;  // "Disk"
  std::span<const Filter> filters;
  RegionRule region = {};
  PagingRules paging = {};
  bool region_member = false;  // the answer has the call's RegionId
};

// The whole answer of the call by either paging style: `"Disks":{"Disk":[…]}` and the paging
// members. Errors: those of the filters, region and paging; 400 DryRunOperation when all of it is
// valid and DryRun is true.
Result<Answer> List(const ReadCall& call, const Listing& listing);

}  // namespace cloudapi
