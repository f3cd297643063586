#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/paging.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/actions/tags/tags.h"
#include "cloudapi/base/json.h"
#include "cloudapi/store/view.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// Resource types of the API; those that a kind here names as its own have objects.
constexpr std::string_view kTaggableTypes[] = {"instance",
                                               "disk",
                                               "snapshot",
                                               "image",
                                               "securitygroup",
                                               "volume",
                                               "eni",
                                               "ddh",
                                               "ddhcluster",
                                               "keypair",
                                               "launchtemplate",
                                               "reservedinstance",
                                               "snapshotpolicy",
                                               "snapshotgroup",
                                               "vpc",
                                               "vswitch"};

// The member of ResourceTypeCount that counts a kind, by tag type.
struct CountName {
  std::string_view tag_type;
  std::string_view member;
};
constexpr CountName kCountNames[] = {{"disk", "Disk"},
                                     {"snapshot", "Snapshot"},
                                     {"instance", "Instance"},
                                     {"ddh", "Ddh"},
                                     {"eni", "Eni"},
                                     {"image", "Image"},
                                     {"keypair", "KeyPair"},
                                     {"launchtemplate", "LaunchTemplate"},
                                     {"reservedinstance", "ReservedInstance"},
                                     {"securitygroup", "Securitygroup"},
                                     {"snapshotpolicy", "SnapshotPolicy"},
                                     {"volume", "Volume"}};

const KindInfo* KindOfTagType(std::string_view type) {
  const auto found =
      std::ranges::find(Kinds(), type, [](const KindInfo* kind) { return kind->tag_type; });
  return found == Kinds().end() ? nullptr : *found;
}

constexpr std::int64_t kListed = 50;  // rows of one ListTagResources answer
constexpr std::string_view kListAction = "ListTagResources";

// TagFilter.N.TagKey with TagFilter.N.TagValues.M.
std::vector<TagKeyPattern> Patterns(const Arguments& args) {
  std::vector<TagKeyPattern> patterns;
  for (const Arguments& row : args.Structs("TagFilter")) {
    if (const auto key = row.Text("TagKey"))
      patterns.push_back({.pattern = *key, .values = row.List("TagValues")});
  }
  return patterns;
}

Result<TagListFilter> ListFilter(const ActionCall& call) {
  TagListFilter filter{.account = call.caller.account,
                       .region = call.caller.region,
                       .ids = call.args.List("ResourceId"),
                       .patterns = Patterns(call.args)};
  auto tags = TagMatches(call.args);
  if (!tags)
    return Refuse(400, "InvalidParameter.TagValue", tags.error().rule, tags.error().message);
  filter.tags = std::move(*tags);
  if (!filter.tags.empty() && !filter.patterns.empty())
    return Refuse(400, "InvalidTags.MalFormed", "tags.tag-or-filter",
                  "Tag and TagFilter exclude each other.");
  if (filter.ids.empty() && filter.tags.empty() && filter.patterns.empty())
    return Refuse(403, "BothEmpty.TagsAndResources", "tags.something-asked",
                  "One of ResourceId, Tag and TagFilter is required.");
  return filter;
}

void WriteTag(JsonWriter& json, const TagRow& row, std::string_view type) {
  json.BeginObject()
      .Field("ResourceId", row.id)
      .Field("ResourceType", type)
      .Field("TagKey", row.position.key)
      .Field("TagValue", row.value)
      .EndObject();
}

void WriteCount(JsonWriter& json, const TagCount& count) {
  json.BeginObject().Field("TagKey", count.key).Field("TagValue", count.value);
  json.Key("ResourceTypeCount").BeginObject();
  for (const CountName& name : kCountNames) {
    std::int64_t total = 0;
    for (std::size_t i = 0; i < Kinds().size(); ++i) {
      if (Kinds()[i]->tag_type == name.tag_type) total = count.of_kind[i];
    }
    json.Field(name.member, total);
  }
  json.EndObject().EndObject();
}

}  // namespace

Result<TaggedType> TaggedTypeOf(const Arguments& args) {
  const std::string given = args.TextOrEmpty("ResourceType");
  for (const std::string_view type : kTaggableTypes)
    if (base::EqualNoCase(type, given)) return TaggedType{type, KindOfTagType(type)};
  return Refuse(404, "InvalidResourceType.NotFound", "tags.resource-type",
                fmt::format("There is no resource type {}.", given));
}

Result<Answer> ListTagResources(const ReadCall& call) {
  if (const auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto type = TaggedTypeOf(call.args);
  if (!type) return Fail(type.error());
  auto filter = ListFilter(call);
  if (!filter) return Fail(filter.error());
  const std::string scope = TokenScope(call.caller, kListAction);
  const auto token = NextTokenOf(call.args, scope);
  if (!token) return Fail(token.error());
  TagPosition after;
  if (*token) after = {.seq = (*token)->seq, .key = (*token)->text};
  std::vector<TagRow> rows;
  if (type->kind != nullptr) {
    filter->kind = type->kind;
    rows = call.view.Tags(*filter, after, kListed + 1);
  }
  std::string next;
  if (static_cast<std::int64_t>(rows.size()) > kListed) {
    rows.pop_back();
    const TagPosition& last = rows.back().position;
    next = EncodeToken(scope, {.seq = last.seq, .text = last.key});
  }
  JsonWriter json;
  json.BeginObject().Key("TagResource").BeginArray();
  for (const auto& row : rows) WriteTag(json, row, type->name);
  json.EndArray().EndObject();
  return Answer{.members = "\"NextToken\":\"" + next + "\",\"TagResources\":" + json.Take()};
}

Result<Answer> DescribeTags(const ReadCall& call) {
  constexpr std::int64_t kPageSize = 50;
  if (const auto region = CheckRegion(call); !region) return Fail(region.error());
  TagCountFilter filter{.account = call.caller.account,
                        .region = call.caller.region,
                        .id = call.args.TextOrEmpty("ResourceId")};
  bool known_kind = call.args.TextOrEmpty("Category") != "System";  // every tag here is a user's
  if (call.args.Text("ResourceType")) {
    const auto type = TaggedTypeOf(call.args);
    if (!type) return Fail(type.error());
    filter.kind = type->kind;
    known_kind = known_kind && type->kind != nullptr;
  }
  auto tags = TagMatches(call.args);
  if (!tags) return Fail(tags.error());
  filter.tags = std::move(*tags);
  const std::int64_t number = call.args.Integer("PageNumber").value_or(1);
  const std::int64_t size = call.args.Integer("PageSize").value_or(kPageSize);
  JsonWriter json;
  json.BeginObject().Key("Tag").BeginArray();
  std::int64_t total = 0;
  if (known_kind) {
    for (const auto& count : call.view.TagCounts(filter, size, (number - 1) * size))
      WriteCount(json, count);
    total = call.view.CountTags(filter);
  }
  json.EndArray().EndObject();
  return Answer{.members = fmt::format(R"("PageNumber":{},"PageSize":{},"Tags":{},"TotalCount":{})",
                                       number, size, json.Take(), total)};
}

}  // namespace cloudapi
