#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/actions/tags/tags.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

using Tags = std::vector<Tag>;
// Changes the tags of one resource in place.
using Change = std::function<Result<void>(Tags&)>;

constexpr std::size_t kMaxOldKey = 64;  // of AddTags

tl::unexpected<ApiError> NoSuchResource(const std::string& id) {
  return Refuse(404, "InvalidResourceId.NotFound", "tags.resource-exists",
                fmt::format("There is no resource {} of that type.", id), {{"ResourceId", id}});
}

template <class Object>
Result<void> ChangeTags(Tx& tx, std::optional<Object> object, const std::string& id,
                        const Change& change) {
  if (!object) return NoSuchResource(id);
  const Tags before = object->tags;
  if (const auto changed = change(object->tags); !changed) return Fail(changed.error());
  if (object->tags != before) tx.Put(*object);
  return {};
}

Result<void> ChangeOne(const WriteCall& call, const TaggedType& type, const std::string& id,
                       const Change& change) {
  Result<void> changed = NoSuchResource(id);
  ForEachKind([&]<class T>(const Kind<T>& kind) {
    if (&kind != type.kind) return;
    changed = ChangeTags(call.tx, call.tx.Find<T>(call.caller.account, call.caller.region, id), id,
                         change);
  });
  return changed;
}

// All resources or none: a refusal rolls the request back.
Result<Answer> ChangeAll(const WriteCall& call, const std::vector<std::string>& ids,
                         const Change& change) {
  if (const auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto type = TaggedTypeOf(call.args);
  if (!type) return Fail(type.error());
  for (const auto& id : ids)
    if (const auto done = ChangeOne(call, *type, id, change); !done) return Fail(done.error());
  return Answer{};
}

Result<void> SetTags(Tags& tags, const Tags& wanted, const Quotas& quotas) {
  const std::int64_t before = std::ssize(tags);
  for (const auto& tag : wanted) {
    const auto place = std::ranges::lower_bound(tags, tag.key, {}, &Tag::key);
    if (place != tags.end() && place->key == tag.key) {
      place->value = tag.value;
    } else {
      tags.insert(place, tag);
    }
  }
  return quotas.Check(Quota::kTagsPerResource, before, std::ssize(tags) - before);
}

// The call's tags, checked. A value without key is refused before the formats are looked at.
Result<Tags> WantedTags(const Arguments& args, std::size_t longest_key) {
  if (const auto matches = TagMatches(args); !matches) return Fail(matches.error());
  Tags tags = TagsOf(args);
  if (const auto checked = CheckTags(tags); !checked) return Fail(checked.error());
  for (const auto& tag : tags)
    if (CountCharacters(tag.key).value_or(0) > longest_key)
      return Refuse(
          400, "InvalidTagKey.Malformed", "tags.key-length",
          fmt::format("The tag key {} has more than {} characters.", tag.key, longest_key));
  return tags;
}

}  // namespace

Result<Answer> TagResources(const WriteCall& call) {
  constexpr std::size_t kMaxKey = 128;
  const auto wanted = WantedTags(call.args, kMaxKey);
  if (!wanted) return Fail(wanted.error());
  return ChangeAll(call, call.args.List("ResourceId"),
                   [&](Tags& tags) { return SetTags(tags, *wanted, call.quotas); });
}

Result<Answer> AddTags(const WriteCall& call) {
  const auto wanted = WantedTags(call.args, kMaxOldKey);
  if (!wanted) return Fail(wanted.error());
  return ChangeAll(call, {call.args.TextOrEmpty("ResourceId")},
                   [&](Tags& tags) { return SetTags(tags, *wanted, call.quotas); });
}

Result<Answer> UntagResources(const WriteCall& call) {
  const auto keys = call.args.List("TagKey");
  const bool all = call.args.IsTrue("All");
  if (all && !keys.empty())
    return Refuse(403, "Param.Conflict", "tags.all-or-keys", "All=true excludes TagKey.");
  return ChangeAll(call, call.args.List("ResourceId"), [&keys, all](Tags& tags) -> Result<void> {
    std::erase_if(tags, [&keys, all](const Tag& tag) {
      return all || std::ranges::find(keys, tag.key) != keys.end();
    });
    return {};
  });
}

Result<Answer> RemoveTags(const WriteCall& call) {
  const auto unwanted = TagMatches(call.args);
  if (!unwanted) return Fail(unwanted.error());
  return ChangeAll(
      call, {call.args.TextOrEmpty("ResourceId")}, [&unwanted](Tags& tags) -> Result<void> {
        std::erase_if(tags, [&unwanted](const Tag& tag) {
          return std::ranges::any_of(*unwanted, [&tag](const TagMatch& match) {
            return match.key == tag.key && match.value.value_or(tag.value) == tag.value;
          });
        });
        return {};
      });
}

}  // namespace cloudapi
