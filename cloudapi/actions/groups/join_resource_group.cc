#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/groups/groups.h"
#include "cloudapi/store/store.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// Types that can be in a group; those that a kind here names as its tag type have objects.
constexpr std::array<std::string_view, 14> kTypes = {"instance",
                                                     "disk",
                                                     "snapshot",
                                                     "image",
                                                     "securitygroup",
                                                     "ddh",
                                                     "eni",
                                                     "keypair",
                                                     "command",
                                                     "launchtemplate",
                                                     "snapshotpolicy",
                                                     "reservedinstance",
                                                     "deploymentset",
                                                     "snapshotgroup"};

Result<std::string> Required(const Arguments& args, std::string_view name) {
  if (auto text = args.Text(name)) return std::move(*text);
  return Refuse(400, "MissingParameter", "group.required",
                fmt::format("The parameter {} is missing.", name), {{std::string(name), ""}});
}

template <class T>
concept InGroups = requires(T object) {
  object.resource_group_id;
};

// Whether there is such an object; it is then in the group.
bool Join(const WriteCall& call, std::string_view type, const std::string& id,
          const std::string& group) {
  bool joined = false;
  ForEachKind([&]<class T>(const Kind<T>& kind) {
    if constexpr (InGroups<T>) {
      if (kind.tag_type != type) return;
      auto object = call.tx.Find<T>(call.caller.account, call.caller.region, id);
      if (!object) return;
      object->resource_group_id = group;
      call.tx.Put(*object);
      joined = true;
    }
  });
  return joined;
}

}  // namespace

Result<Answer> JoinResourceGroup(const WriteCall& call) {
  if (!call.caller.region.empty()) {
    if (auto region = CheckRegion(call); !region) return Fail(region.error());
  }
  const auto group = Required(call.args, "ResourceGroupId");
  if (!group) return Fail(group.error());
  const auto id = Required(call.args, "ResourceId");
  if (!id) return Fail(id.error());
  const auto given = Required(call.args, "ResourceType");
  if (!given) return Fail(given.error());
  if (auto known = CheckResourceGroup(*group); !known) return Fail(known.error());
  const auto type = std::ranges::find_if(
      kTypes, [&](std::string_view name) { return base::EqualNoCase(name, *given); });
  if (type == kTypes.end()) {
    return Refuse(404, "InvalidResourceType.NotFound", "group.type",
                  fmt::format("There is no resource type {}.", *given), {{"type", *given}});
  }
  if (Join(call, *type, *id, *group)) return Answer{};
  return Refuse(404, "InvalidResourceId.NotFound", "group.resource",
                fmt::format("There is no {} {} in this account.", *type, *id), {{"id", *id}});
}

}  // namespace cloudapi
