#include "driver/controller/volume_changes.h"

#include <algorithm>
#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/pv_labeler.h"
#include "driver/controller/spec_change.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr std::size_t kMostTags = 20;  // of one disk; source: ECS API reference, TagResources

// INVALID_ARGUMENT naming the first thing asked for that this disk can neither have nor get.
Result<void> CheckFeasible(const Disk& disk, const VolumeChange& change) {
  const auto refuse = [&](const std::string& why) {
    return Fail(StatusCode::INVALID_ARGUMENT, "volume " + disk.id + " is not changed: " + why);
  };
  const std::string& category = change.category.empty() ? disk.category : change.category;
  if (change.bursting.value_or(false) && category != "cloud_auto") {
    return refuse("burstingEnabled is of cloud_auto only");
  }
  Tags after = disk.tags;
  std::erase_if(after, [&](const Tag& tag) {
    return FindTag(change.set_tags, tag.key) ||
           std::ranges::find(change.removed_tags, tag.key) != change.removed_tags.end();
  });
  if (after.size() + change.set_tags.size() > kMostTags) {
    return refuse("it would have more than " + std::to_string(kMostTags) + " tags");
  }
  return {};
}

}  // namespace

VolumeChanges::VolumeChanges(ControllerContext context) : context_(std::move(context)) {}

Result<std::int64_t> VolumeChanges::Expand(const ExpandVolumeRequest& wanted,
                                           const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + wanted.volume_id);
  if (!guard) return Fail(guard.error());
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
  if (!disk) return Fail(disk.error());
  if (wanted.size.at_most_gib != 0 && wanted.size.at_most_gib < disk->size_gib) {
    return Fail(StatusCode::OUT_OF_RANGE, "volume " + disk->id + " has " +
                                              std::to_string(disk->size_gib) +
                                              " GiB already and never shrinks");
  }
  if (disk->size_gib >= wanted.size.at_least_gib) return disk->size_gib;
  auto resized = Resize(*disk, wanted.size.at_least_gib, deadline);
  if (!resized) return Fail(resized.error());
  CrashPoint("expand.after-resize-disk");
  disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
  if (!disk) return Fail(disk.error());
  if (disk->size_gib < wanted.size.at_least_gib) {
    return Fail(StatusCode::ABORTED,
                "volume " + disk->id + " still has " + std::to_string(disk->size_gib) + " GiB");
  }
  return disk->size_gib;
}

Result<void> VolumeChanges::Resize(const Disk& disk, std::int64_t size_gib,
                                   const Deadline& deadline) {
  const driver::Resize resize{disk.id, size_gib, disk.status == DiskStatus::kInUse};
  const std::string doing = "grow volume " + disk.id + " to " + std::to_string(size_gib) + " GiB";
  auto done = RetryTransient(context_.clock, deadline, doing,
                             [&] { return context_.cloud.ResizeDisk(resize); });
  // The cloud has a category that grows only while detached.
  if (!done && resize.online && done.error().code == StatusCode::RESOURCE_EXHAUSTED) {
    return Fail(StatusCode::FAILED_PRECONDITION, done.error().message);
  }
  return done;
}

Result<void> VolumeChanges::Modify(const ModifyVolumeRequest& wanted, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + wanted.volume_id);
  if (!guard) return Fail(guard.error());
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
  if (!disk) return Fail(disk.error());
  if (auto feasible = CheckFeasible(*disk, wanted.change); !feasible) return feasible;
  // What the cloud refuses is asked first, so that nothing is applied then.
  const auto prepared = PrepareSpec(context_, deadline, std::move(*disk), wanted.change);
  if (!prepared) return Fail(prepared.error());
  // So is bursting, where the disk is of its category already.
  if (!prepared->spec) {
    auto applied = ApplyBursting(prepared->disk, wanted.change.bursting, deadline);
    if (!applied) return applied;
  }
  if (auto tagged = ApplyTags(prepared->disk, wanted.change, deadline); !tagged) return tagged;
  if (prepared->spec) {
    auto applied = ApplySpec(context_, deadline, *prepared->spec);
    if (!applied) return applied;
    applied = ApplyBursting(prepared->disk, wanted.change.bursting, deadline);
    if (!applied) return applied;
  }
  return FollowUp(wanted, deadline);
}

// The labels of the volume tell its category and level.
Result<void> VolumeChanges::FollowUp(const ModifyVolumeRequest& wanted, const Deadline& deadline) {
  const bool shown = !wanted.change.category.empty() || !wanted.change.level.empty();
  if (context_.pv_labeler == nullptr || !shown) return {};
  const auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
  if (!disk) return Fail(disk.error());
  context_.pv_labeler->Enqueue(*disk);
  return {};
}

Result<void> VolumeChanges::ApplyBursting(const Disk& disk, std::optional<bool> bursting,
                                          const Deadline& deadline) {
  if (!bursting || disk.bursting == *bursting) return {};
  return RetryTransient(context_.clock, deadline, "change bursting of volume " + disk.id, [&] {
    return context_.cloud.ModifyDiskAttribute(disk.id, {.bursting = *bursting});
  });
}

Result<void> VolumeChanges::ApplyTags(const Disk& disk, const VolumeChange& change,
                                      const Deadline& deadline) {
  const std::string doing = "change tags of volume " + disk.id;
  std::vector<std::string> present;
  for (const auto& key : change.removed_tags) {
    if (FindTag(disk.tags, key)) present.push_back(key);
  }
  if (!present.empty()) {
    auto removed = RetryThrottled(context_.clock, deadline, doing,
                                  [&] { return context_.cloud.UntagDisk(disk.id, present); });
    if (!removed) return removed;
  }
  CrashPoint("modify.after-untag");
  if (change.set_tags.empty()) return {};
  return RetryThrottled(context_.clock, deadline, doing,
                        [&] { return context_.cloud.TagDisk(disk.id, change.set_tags); });
}

}  // namespace driver
