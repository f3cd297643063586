#include "cloudapi/rules/snapshot_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/rules/limits.h"

namespace cloudapi {
namespace {

constexpr std::array<std::string_view, 5> kGroupCategories = {
    "cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_essd_xc0", "cloud_essd_xc1"};

Result<void> CheckGroupDisk(const Disk& disk, const Disk& first) {
  if (std::ranges::find(kGroupCategories, disk.category) == kGroupCategories.end()) {
    return Refuse(400, "DiskCategory.OperationNotSupported", "group.category",
                  fmt::format("Disk {} is of category {}, which no snapshot group takes.", disk.id,
                              disk.category),
                  {{"disk.category", disk.category}});
  }
  if (disk.multi_attach) {
    return Refuse(
        403, "InvalidOperation.MultiAttachDisk", "group.multi-attach",
        fmt::format("Disk {} is for several instances, which no snapshot group takes.", disk.id),
        {{"disk", disk.id}});
  }
  if (disk.zone == first.zone) return {};
  return Refuse(400, "InvalidDiskIds.NotInSameZone", "group.zone",
                fmt::format("Disk {} is in zone {}, disk {} in zone {}.", first.id, first.zone,
                            disk.id, disk.zone),
                {{"disk.zone", disk.zone}});
}

}  // namespace

Result<void> CheckGroupDisks(const std::vector<Disk>& disks) {
  if (disks.size() > kMaxDisksOfGroup) {
    return Refuse(403, "NumberExceed.TooManyDisks", "group.disks",
                  fmt::format("{} disks are meant; a snapshot group has at most {}.", disks.size(),
                              kMaxDisksOfGroup),
                  {{"disks", std::to_string(disks.size())}});
  }
  std::int64_t gib = 0;
  for (const Disk& disk : disks) {
    if (auto checked = CheckGroupDisk(disk, disks.front()); !checked) return checked;
    gib += disk.size_gib;
  }
  if (gib <= kMaxGibOfGroup) return {};
  return Refuse(403, "CapacityExceed.TooManyDisks", "group.capacity",
                fmt::format("The disks have {} GiB; those of a snapshot group have at most {}.",
                            gib, kMaxGibOfGroup),
                {{"GiB", std::to_string(gib)}});
}

Result<Snapshot> StartMember(const SnapshotGroup& group, const Disk& disk,
                             const SnapshotTerms& terms) {
  auto snapshot = StartSnapshot(disk, terms);
  if (!snapshot) {
    if (snapshot.error().code == "IncorrectDiskStatus.CreatingSnapshot")
      snapshot.error().code = "IncorrectDiskStatus.TooManyCreatingSnapshots";
    return snapshot;
  }
  snapshot->group_id = group.id;
  snapshot->name = group.name;
  // By which clients know the group of a snapshot: no member of DescribeSnapshots names it.
  snapshot->description = "Created_from_" + group.id;
  snapshot->resource_group_id = group.resource_group_id;
  return snapshot;
}

SnapshotGroupStatus StatusOfGroup(const std::vector<Snapshot>& members) {
  const auto is = [](SnapshotStatus status) {
    return [status](const Snapshot& member) { return member.status == status; };
  };
  if (std::ranges::any_of(members, is(SnapshotStatus::kFailed)))
    return SnapshotGroupStatus::kFailed;
  if (std::ranges::all_of(members, is(SnapshotStatus::kAccomplished)))
    return SnapshotGroupStatus::kAccomplished;
  return SnapshotGroupStatus::kProgressing;
}

Result<SnapshotGroup> ModifyGroup(SnapshotGroup group, const GroupAttributes& attributes) {
  if (attributes.name) {
    if (auto name = CheckName(*attributes.name, "InvalidParameter.Name"); !name)
      return Fail(name.error());
    group.name = *attributes.name;
  }
  if (attributes.description) {
    if (auto text = CheckDescription(*attributes.description, 400); !text)
      return Fail(text.error());
    group.description = *attributes.description;
  }
  return group;
}

}  // namespace cloudapi
