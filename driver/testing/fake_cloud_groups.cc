// Snapshot groups of the fake.
#include <algorithm>
#include <array>

#include "driver/testing/fake_cloud.h"
#include "driver/testing/refuse.h"

namespace driver {
namespace {

constexpr std::size_t kMostDisks = 16;
constexpr std::int64_t kMostGib = 32LL * 1024;

std::string ToText(const SnapshotGroupSpec& spec) {
  std::string text = spec.name;
  for (const auto& disk : spec.disk_ids) text += "|" + disk;
  for (const auto& tag : spec.tags) text += "|" + tag.key + "=" + tag.value;
  return text;
}

bool HasTags(const SnapshotGroup& group, const Tags& tags) {
  return std::ranges::all_of(tags, [&group](const Tag& tag) {
    return std::ranges::find(group.tags, tag) != group.tags.end();
  });
}

bool TakesGroups(const std::string& category) {
  constexpr std::array<std::string_view, 3> kCategories = {"cloud_essd", "cloud_auto",
                                                           "cloud_essd_entry"};
  return std::ranges::find(kCategories, category) != kCategories.end();
}

}  // namespace

CloudResult<void> FakeCloud::CheckGroup(const SnapshotGroupSpec& spec) {
  if (spec.disk_ids.empty()) return Refuse(400, "MissingParamter.InstanceId", "no disk");
  if (spec.disk_ids.size() > kMostDisks) {
    return Refuse(403, "NumberExceed.TooManyDisks", std::to_string(spec.disk_ids.size()));
  }
  std::int64_t gib = 0;
  std::string zone;
  for (const auto& id : spec.disk_ids) {
    auto row = FindRow(id);
    if (!row) return Fail(row.error());
    const Disk& disk = (*row)->disk;
    if (!TakesGroups(disk.category)) {
      return Refuse(400, "DiskCategory.OperationNotSupported", id + " is " + disk.category);
    }
    if (disk.multi_attach) return Refuse(403, "InvalidOperation.MultiAttachDisk", id);
    if (zone.empty()) zone = disk.zone;
    if (disk.zone != zone) return Refuse(400, "InvalidDiskIds.NotInSameZone", id);
    gib += disk.size_gib;
  }
  if (gib > kMostGib) return Refuse(403, "CapacityExceed.TooManyDisks", std::to_string(gib));
  for (const auto& id : spec.disk_ids) {
    auto fits = CheckSnapshot(id);
    if (!fits) return fits;
  }
  return {};
}

CloudResult<std::string> FakeCloud::CreateSnapshotGroup(const SnapshotGroupSpec& spec) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto replayed = Replay("group", spec.client_token, ToText(spec));
  if (!replayed || !replayed->empty()) return replayed;
  if (auto fits = CheckGroup(spec); !fits) return Fail(fits.error());
  SnapshotGroup group{.id = NextId("ssg-"), .name = spec.name, .tags = spec.tags};
  for (const auto& disk : spec.disk_ids) {
    const auto snapshot =
        AddSnapshot({.name = spec.name, .disk_id = disk, .group_id = group.id, .tags = spec.tags});
    group.members.push_back({snapshot, disk});
  }
  if (!spec.client_token.empty()) {
    tokens_["group " + spec.client_token] = {ToText(spec), group.id};
  }
  const std::string id = group.id;
  groups_[id] = std::move(group);
  return id;
}

SnapshotGroup FakeCloud::GroupNow(const std::string& id) {
  SnapshotGroup group = groups_.at(id);
  std::erase_if(group.members,
                [this](const SnapshotGroup::Member& member) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                  return !snapshots_.contains(member.snapshot_id);
                });
  bool failed = false;
  bool done = true;
  for (const auto& member : group.members) {
    const SnapshotStatus status = snapshots_.at(member.snapshot_id).snapshot.status;
    failed = failed || status == SnapshotStatus::kFailed;
    done = done && status == SnapshotStatus::kAccomplished;
  }
  if (done) group.status = SnapshotStatus::kAccomplished;
  if (failed) group.status = SnapshotStatus::kFailed;
  return group;
}

CloudResult<std::vector<SnapshotGroup>> FakeCloud::DescribeSnapshotGroups(
    const SnapshotGroupQuery& query) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  std::vector<SnapshotGroup> groups;
  for (const auto& [id, stored] : groups_) {
    if (!query.id.empty() && query.id != id) continue;
    SnapshotGroup group = GroupNow(id);
    if (!group.members.empty() && HasTags(group, query.tags)) groups.push_back(std::move(group));
  }
  return groups;
}

CloudResult<void> FakeCloud::DeleteSnapshotGroup(const std::string& group_id) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  if (!groups_.contains(group_id)) {
    return Refuse(404, "InvalidSnapshotGroupId.NotFound", "group " + group_id);
  }
  for (const auto& member : GroupNow(group_id).members) snapshots_.erase(member.snapshot_id);
  groups_.erase(group_id);
  return {};
}

}  // namespace driver
