// Snapshots, instances and the catalogue of the fake.
#include <algorithm>

#include "driver/testing/fake_cloud.h"
#include "driver/testing/refuse.h"

namespace driver {
namespace {

constexpr std::size_t kSmallestPage = 10;
constexpr std::size_t kLargestPage = 100;

std::string ToText(const SnapshotSpec& spec) {
  std::string text = spec.disk_id + "|" + spec.name + "|" + spec.description;
  for (const auto& tag : spec.tags) text += "|" + tag.key + "=" + tag.value;
  return text;
}

bool Matches(const Snapshot& snapshot, const SnapshotQuery& query) {
  const auto has_tag = [&](const Tag& tag) {
    return std::ranges::find(snapshot.tags, tag) != snapshot.tags.end();
  };
  const bool listed =
      query.ids.empty() || std::ranges::find(query.ids, snapshot.id) != query.ids.end();
  return listed && (query.disk_id.empty() || query.disk_id == snapshot.disk_id) &&
         std::ranges::all_of(query.tags, has_tag);
}

}  // namespace

void FakeCloud::FailSnapshot(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  snapshots_.at(id).fails = true;
}

std::vector<Snapshot> FakeCloud::Snapshots() {
  const absl::MutexLock lock(&mutex_);
  Settle();
  std::vector<Snapshot> snapshots;
  for (const auto& [id, row] : snapshots_) snapshots.push_back(row.snapshot);
  return snapshots;
}

bool FakeCloud::HasSnapshotUnderWay(const std::string& disk_id) {
  return std::ranges::any_of(snapshots_, [&](const auto& entry) {
    const Snapshot& snapshot = entry.second.snapshot;
    return snapshot.disk_id == disk_id && snapshot.status == SnapshotStatus::kProgressing;
  });
}

CloudResult<void> FakeCloud::CheckSnapshot(const std::string& disk_id) {
  auto row = FindRow(disk_id);
  if (!row) return Fail(row.error());
  const Disk& disk = (*row)->disk;
  const std::string state = disk.id + " is " + std::string(ToString(disk.status));
  if (disk.status != DiskStatus::kAvailable && disk.status != DiskStatus::kInUse) {
    return Refuse(403, "IncorrectDiskStatus", state);
  }
  if (!(*row)->ever_attached) {
    return Refuse(403, "IncorrectDiskStatus.NeverAttached", state + " and was never attached");
  }
  if (HasSnapshotUnderWay(disk.id)) {
    return Refuse(403, "IncorrectDiskStatus.CreatingSnapshot", state + ", being snapshotted");
  }
  return {};
}

std::string FakeCloud::AddSnapshot(Snapshot snapshot) {
  snapshot.id = NextId("s-");
  snapshot.disk_size_gib = disks_.at(snapshot.disk_id).disk.size_gib;
  const Instant cut = clock_.Now() + delays_.cut;
  const std::string id = snapshot.id;
  snapshots_.emplace(id, SnapshotRow{.snapshot = std::move(snapshot),
                                     .cut_due = cut,
                                     .available_due = cut + delays_.available});
  return id;
}

CloudResult<std::string> FakeCloud::CreateSnapshot(const SnapshotSpec& spec) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto replayed = Replay("snapshot", spec.client_token, ToText(spec));
  if (!replayed || !replayed->empty()) return replayed;
  if (auto fits = CheckSnapshot(spec.disk_id); !fits) return Fail(fits.error());
  const std::string id = AddSnapshot({.name = spec.name,
                                      .disk_id = spec.disk_id,
                                      .retention_days = spec.retention_days.value_or(0),
                                      .tags = spec.tags});
  if (!spec.client_token.empty()) tokens_["snapshot " + spec.client_token] = {ToText(spec), id};
  return id;
}

CloudResult<SnapshotPage> FakeCloud::DescribeSnapshots(const SnapshotQuery& query) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  if (!query.next_token.empty() && !query.next_token.starts_with("after-")) {
    return Refuse(400, "InvalidParameter.NextToken", "token " + query.next_token);
  }
  SnapshotPage page;
  const auto wanted =
      std::clamp(static_cast<std::size_t>(query.max_results), kSmallestPage, kLargestPage);
  for (const auto& [id, row] : snapshots_) {
    if ("after-" + id <= query.next_token || !Matches(row.snapshot, query)) continue;
    if (page.snapshots.size() == wanted) {
      page.next_token = "after-" + page.snapshots.back().id;
      break;
    }
    page.snapshots.push_back(row.snapshot);
  }
  return page;
}

CloudResult<void> FakeCloud::DeleteSnapshot(const std::string& snapshot_id) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  if (snapshots_.erase(snapshot_id) == 0) {
    return Refuse(404, "InvalidSnapshotId.NotFound", "snapshot " + snapshot_id);
  }
  return {};
}

CloudResult<std::vector<Instance>> FakeCloud::DescribeInstances(
    const std::vector<std::string>& ids) {
  const absl::MutexLock lock(&mutex_);
  std::vector<Instance> instances;
  for (const auto& [id, row] : instances_) {
    if (std::ranges::find(ids, id) != ids.end()) instances.push_back(row.instance);
  }
  return instances;
}

CloudResult<std::vector<InstanceType>> FakeCloud::DescribeInstanceTypes(
    const std::vector<std::string>& names) {
  const absl::MutexLock lock(&mutex_);
  std::vector<InstanceType> types;
  for (const auto& type : catalogue_.instance_types) {
    if (std::ranges::find(names, type.name) != names.end()) {
      types.push_back({type.name, type.disk_quantity});
    }
  }
  return types;
}

CloudResult<topology::Catalogue> FakeCloud::DescribeAvailableResource() {
  const absl::MutexLock lock(&mutex_);
  return catalogue_;
}

CloudResult<std::vector<std::string>> FakeCloud::DescribeDiskCategories(
    const std::string& instance_type, const std::string& zone) {
  const absl::MutexLock lock(&mutex_);
  const auto* type = catalogue_.FindInstanceType(instance_type);
  const auto* place = catalogue_.FindZone(zone);
  std::vector<std::string> categories;
  if (type == nullptr || place == nullptr) return categories;
  for (const auto& offer : place->offers) {
    if (std::ranges::find(type->categories, offer.category) != type->categories.end()) {
      categories.push_back(offer.category);
    }
  }
  return categories;
}

}  // namespace driver
