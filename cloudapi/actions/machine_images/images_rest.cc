#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/machine_images/machine_images.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

Result<Conditions> ImageIds(const ReadCall& call, const Filter& filter) {
  auto ids = call.args.Items(filter.param);
  return ids ? Conditions{where::Ids{std::move(*ids)}} : Conditions{};
}

// Without Status only images that can be used are listed; ALL stands for every one.
Result<Conditions> InStatus(const ReadCall& call, const Filter& filter) {
  const auto words =
      call.args.Items(filter.param).value_or(Arguments::Texts{std::string("Available")});
  if (std::ranges::find(words, "ALL") != words.end()) return Conditions{};
  return Conditions{where::AnyOf{filter.column, words}};
}

// Every image here is the account's own, for its own use, and of Linux unless it says otherwise.
Result<Conditions> NoneOfOthers(const ReadCall& call, const Filter&) {
  const std::string owner = call.args.TextOrEmpty("ImageOwnerAlias");
  const bool other = (!owner.empty() && owner != "self") || call.args.IsTrue("IsPublic") ||
                     !call.args.Boolean("IsSupportIoOptimized").value_or(true) ||
                     !call.args.Boolean("IsSupportCloudinit").value_or(true) ||
                     call.args.Integer("ImageOwnerId").has_value();
  return other ? Conditions{where::Never{}} : Conditions{};
}

// Conditions of both ends of Filter.N are not offered for images.
constexpr Filter kImageFilters[] = {
    {"ImageId", ImageIds},
    {"ImageName", filters::Name, "name"},
    {"Tag", filters::Tags},
    {"ImageFamily", filters::Text, "family"},
    {"SnapshotId", filters::Text, "snapshot_id"},
    {"Status", InStatus, "status"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
    {"Architecture", filters::Text, "architecture"},
    {"OSType", filters::Member, "$.OSType"},
    {"Usage", filters::Member, "$.Usage"},
    {.conditions = NoneOfOthers},
};

}  // namespace

Result<Answer> ModifyImageAttribute(const WriteCall& call) {
  auto image = Find<MachineImage>(call, call.args.TextOrEmpty("ImageId"));
  if (!image) return Fail(image.error());
  if (const auto name = call.args.Text("ImageName")) image->name = *name;
  if (call.args.Has("Description")) image->description = call.args.TextOrEmpty("Description");
  if (call.args.Has("ImageFamily")) image->family = call.args.TextOrEmpty("ImageFamily");
  if (const auto mode = call.args.Text("BootMode")) image->boot_mode = *mode;
  for (const Result<void>& checked : {CheckName(image->name, "InvalidImageName.Malformed"),
                                      CheckDescription(image->description, 400)}) {
    if (!checked) return Fail(checked.error());
  }
  call.tx.Put(*image);
  return Answer{};
}

// Its snapshots stay. Instances made of it are none of it unless they still wait for their bytes,
// which are the snapshots'.
Result<Answer> DeleteImage(const WriteCall& call) {
  const auto image = Find<MachineImage>(call, call.args.TextOrEmpty("ImageId"));
  if (!image) return Fail(image.error());
  const bool used = call.tx.Count({.kind = &KindOf<Instance>(),
                                   .account = image->account,
                                   .region = image->region,
                                   .conditions = {where::Is{"image_id", image->id}}}) > 0;
  if (used && !call.args.IsTrue("Force")) {
    return Refuse(400, "DependencyViolation", "image.in-use",
                  fmt::format("Instances were made of image {}.", image->id),
                  {{"image", image->id}});
  }
  call.tx.Unschedule(*image);
  call.tx.Erase(*image);
  return Answer{};
}

Result<Answer> DescribeImages(const ReadCall& call) {
  return List(call, {.kind = &KindOf<MachineImage>(),
                     .action = "DescribeImages",
                     .outer = "Images",
                     .inner = "Image",
                     .filters = kImageFilters,
                     .paging = {.pages_only = true},
                     .region_member = true});
}

}  // namespace cloudapi
