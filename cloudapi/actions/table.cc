#include <algorithm>
#include <array>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/describe.h"
#include "cloudapi/actions/disks_write.h"
#include "cloudapi/actions/inventory.h"
#include "cloudapi/actions/snapshots_write.h"
#include "cloudapi/actions/tags.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::array kActions = {
    Action{.name = "AddTags", .params = kAddTagsParams, .write = AddTags},
    Action{.name = "AttachDisk", .params = kAttachDiskParams, .write = AttachDisk},
    Action{.name = "CreateDisk",
           .params = kCreateDiskParams,
           .write = CreateDisk,
           .token_ignored_with = "InstanceId"},
    Action{.name = "CreateSnapshot",
           .params = kCreateSnapshotParams,
           .write = CreateSnapshot,
           .token_in_flight_code = "IdempotentProcessing"},
    Action{.name = "DeleteDisk", .params = kDeleteDiskParams, .write = DeleteDisk},
    Action{.name = "DeleteSnapshot", .params = kDeleteSnapshotParams, .write = DeleteSnapshot},
    Action{.name = "DescribeAvailableResource",
           .params = kDescribeAvailableResourceParams,
           .read = DescribeAvailableResource},
    Action{.name = "DescribeDisks", .params = kDescribeDisksParams, .read = DescribeDisks},
    Action{.name = "DescribeInstanceTypes",
           .params = kDescribeInstanceTypesParams,
           .read = DescribeInstanceTypes},
    Action{
        .name = "DescribeInstances", .params = kDescribeInstancesParams, .read = DescribeInstances},
    Action{.name = "DescribeRegions", .params = kDescribeRegionsParams, .read = DescribeRegions},
    Action{
        .name = "DescribeSnapshots", .params = kDescribeSnapshotsParams, .read = DescribeSnapshots},
    Action{.name = "DescribeTags", .params = kDescribeTagsParams, .read = DescribeTags},
    Action{.name = "DescribeZones", .params = kDescribeZonesParams, .read = DescribeZones},
    Action{.name = "DetachDisk", .params = kDetachDiskParams, .write = DetachDisk},
    Action{.name = "ListTagResources", .params = kListTagResourcesParams, .read = ListTagResources},
    Action{.name = "ModifyDiskAttribute",
           .params = kModifyDiskAttributeParams,
           .write = ModifyDiskAttribute},
    Action{.name = "RemoveTags", .params = kRemoveTagsParams, .write = RemoveTags},
    Action{.name = "ResizeDisk", .params = kResizeDiskParams, .write = ResizeDisk},
    Action{.name = "TagResources", .params = kTagResourcesParams, .write = TagResources},
    Action{.name = "UntagResources", .params = kUntagResourcesParams, .write = UntagResources},
};
static_assert(std::ranges::is_sorted(kActions, {}, &Action::name));

}  // namespace

std::span<const Action> Actions() {
  return kActions;
}

const Action* FindAction(std::string_view name) {
  const auto* found = std::ranges::find_if(
      kActions, [&](const Action& action) { return base::EqualNoCase(action.name, name); });
  return found == kActions.end() ? nullptr : found;
}

}  // namespace cloudapi
