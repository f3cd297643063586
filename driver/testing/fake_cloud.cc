#include "driver/testing/fake_cloud.h"

#include <algorithm>
#include <cstdio>

#include "driver/testing/refuse.h"

namespace driver {
namespace {

constexpr std::size_t kLongestToken = 64;
constexpr std::size_t kMostTags = 20;
constexpr std::size_t kSmallestPage = 10;
constexpr std::size_t kMostIds = 100;

bool HasTags(const Tags& tags, const Tags& wanted) {
  return std::ranges::all_of(
      wanted, [&](const Tag& tag) { return std::ranges::find(tags, tag) != tags.end(); });
}

// Everything of the request that counts under one token.
std::string ToText(const DiskSpec& spec) {
  std::string text = spec.zone + "|" + spec.category + "|" + spec.performance_level + "|" +
                     std::to_string(spec.size_gib) + "|" + spec.snapshot_id + "|" + spec.name +
                     "|" + std::to_string(spec.encrypted) + "|" + std::to_string(spec.multi_attach);
  for (const auto& tag : spec.tags) text += "|" + tag.key + "=" + tag.value;
  return text;
}

topology::Category MakeCategory(std::string name, std::int64_t min_gib) {
  return {.name = std::move(name), .sizes = {min_gib, 32768}};
}

}  // namespace

topology::Catalogue FakeCatalogue() {
  topology::Category essd = MakeCategory("cloud_essd", 20);
  essd.levels = {
      {"PL0", {1, 65536}}, {"PL1", {20, 65536}}, {"PL2", {461, 65536}}, {"PL3", {1261, 65536}}};
  essd.default_level = "PL1";
  const std::vector<topology::Offer> all = {
      {"cloud_essd"}, {"cloud_ssd"}, {"cloud_efficiency"}, {"cloud_auto"}};
  return {.regions = {{.id = "cn-hangzhou",
                       .zones = {{.id = "cn-hangzhou-b", .offers = all},
                                 {.id = "cn-hangzhou-d", .offers = all},
                                 {.id = "cn-hangzhou-e", .offers = {{"cloud_efficiency"}}}}}},
          .categories = {essd, MakeCategory("cloud_ssd", 20), MakeCategory("cloud_efficiency", 20),
                         MakeCategory("cloud_auto", 1)},
          .instance_types = {{.name = "ecs.g7.xlarge",
                              .disk_quantity = 16,
                              .categories = {"cloud_essd", "cloud_ssd", "cloud_efficiency"}}}};
}

FakeCloud::FakeCloud(Clock& clock, FakeDelays delays, topology::Catalogue catalogue)
    : clock_(clock), delays_(delays), catalogue_(std::move(catalogue)) {}

void FakeCloud::AddInstance(Instance instance, int disk_quantity) {
  const absl::MutexLock lock(&mutex_);
  const std::string id = instance.id;
  const std::string disk = "d-system-of-" + id;
  disks_[disk] = {.disk = {.id = disk,
                           .status = DiskStatus::kCreating,
                           .zone = instance.zone,
                           .region = Region(),
                           .category = "cloud_efficiency",
                           .size_gib = 40,
                           .serial = disk.substr(2),
                           .type = "system"},
                  .created_due = clock_.Now() + delays_.create,
                  .attachments = {{.instance = id, .due = clock_.Now()}}};
  instances_[id] = {std::move(instance), disk_quantity};
}

void FakeCloud::RemoveInstance(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  instances_.erase(id);
  disks_.erase("d-system-of-" + id);
}

void FakeCloud::SetStock(const std::string& zone, const std::string& category, bool in_stock) {
  const absl::MutexLock lock(&mutex_);
  for (auto& one : catalogue_.regions.front().zones) {
    if (one.id != zone) continue;
    for (auto& offer : one.offers) {
      if (offer.category == category) offer.in_stock = in_stock;
    }
  }
}

void FakeCloud::ForgetTokens() {
  const absl::MutexLock lock(&mutex_);
  tokens_.clear();
}

std::vector<Disk> FakeCloud::Disks() {
  const absl::MutexLock lock(&mutex_);
  Settle();
  std::vector<Disk> disks;
  for (const auto& [id, row] : disks_) {
    if (row.disk.type == "data") disks.push_back(row.disk);
  }
  return disks;
}

int FakeCloud::CreatedDisks() {
  const absl::MutexLock lock(&mutex_);
  return created_disks_;
}

std::string FakeCloud::NextId(const char* prefix) {
  char text[32];
  std::snprintf(text, sizeof text, "%sbp1%017d", prefix, ++last_id_);
  return text;
}

void FakeCloud::Settle() {
  const Instant now = clock_.Now();
  for (auto& [id, row] : disks_) SettleDisk(row, now);
  for (auto& [id, row] : snapshots_) {
    Snapshot& snapshot = row.snapshot;
    if (!snapshot.cut_at && row.cut_due <= now) {
      snapshot.cut_at = std::chrono::floor<std::chrono::seconds>(clock_.WallNow());
    }
    if (row.available_due > now) continue;
    snapshot.status = row.fails ? SnapshotStatus::kFailed : SnapshotStatus::kAccomplished;
    snapshot.available = !row.fails;
  }
  for (auto& [id, row] : tasks_) SettleTask(row, now);
}

CloudResult<FakeCloud::DiskRow*> FakeCloud::FindRow(const std::string& disk_id) {
  const auto found = disks_.find(disk_id);
  if (found == disks_.end()) {
    return Refuse(404, "InvalidDiskId.NotFound", "disk " + disk_id + " does not exist");
  }
  return &found->second;
}

CloudResult<std::string> FakeCloud::Replay(const std::string& kind, const std::string& token,
                                           const std::string& request) {
  if (token.empty()) return std::string();
  const bool printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; }) &&
                         token.size() <= kLongestToken;
  if (!printable) return Refuse(403, "InvalidClientToken.Malformed", "token of " + request);
  const auto known = tokens_.find(kind + " " + token);
  if (known == tokens_.end()) return std::string();
  if (known->second.request == request) return known->second.id;
  return Refuse(403, "IdempotentParameterMismatch", "token " + token + " is of another request");
}

CloudResult<void> FakeCloud::CheckSize(const DiskSpec& spec) {
  const auto sizes = catalogue_.Sizes(spec.category, spec.performance_level);
  if (sizes && sizes->Contains(spec.size_gib)) return {};
  const std::string text = std::to_string(spec.size_gib) + " GiB of " + spec.category;
  if (spec.category == "cloud_essd") {
    return Refuse(403, "OperationDenied.PerformanceLevelNotMatch", text);
  }
  return Refuse(403, "InvalidDiskSize.NotSupported", text);
}

CloudResult<void> FakeCloud::CheckSpec(const DiskSpec& spec) {
  if (catalogue_.FindZone(spec.zone) == nullptr) {
    return Refuse(404, "InvalidZoneId.NotFound", "zone " + spec.zone + " does not exist");
  }
  if (!catalogue_.Sells(spec.zone, spec.category)) {
    return Refuse(403, "InvalidDataDiskCategory.NotSupported",
                  spec.category + " is not sold in " + spec.zone);
  }
  if (spec.tags.size() > kMostTags) return Refuse(403, "QuotaExceed.Tags", "too many tags");
  if (spec.category != "cloud_auto" && (spec.bursting || spec.provisioned_iops)) {
    return Refuse(400, "BurstingEnabledForDiskCategoryUnsupported", spec.category);
  }
  auto size = CheckSize(spec);
  if (!size || spec.snapshot_id.empty()) return size;
  const auto snapshot = snapshots_.find(spec.snapshot_id);
  if (snapshot == snapshots_.end()) {
    return Refuse(404, "InvalidSnapshotId.NotFound", "snapshot " + spec.snapshot_id);
  }
  if (!snapshot->second.snapshot.available) {
    return Refuse(403, "InvalidSnapshotId.NotReady", "snapshot " + spec.snapshot_id);
  }
  if (spec.size_gib < snapshot->second.snapshot.disk_size_gib) {
    return Refuse(403, "InvalidDiskSize.TooSmall", "smaller than the snapshot");
  }
  return {};
}

CloudResult<std::string> FakeCloud::CreateDisk(const DiskSpec& spec) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto replayed = Replay("disk", spec.client_token, ToText(spec));
  if (!replayed || !replayed->empty()) return replayed;
  auto fits = CheckSpec(spec);
  if (!fits) return Fail(fits.error());
  const std::string id = NextId("d-");
  DiskRow row{.disk = {.id = id,
                       .status = DiskStatus::kCreating,
                       .zone = spec.zone,
                       .region = Region(),
                       .category = spec.category,
                       .performance_level = spec.performance_level,
                       .size_gib = spec.size_gib,
                       .serial = id.substr(2),
                       .snapshot_id = spec.snapshot_id,
                       .encrypted = spec.encrypted,
                       .kms_key_id = spec.kms_key_id,
                       .multi_attach = spec.multi_attach,
                       .provisioned_iops = spec.provisioned_iops.value_or(0),
                       .bursting = spec.bursting.value_or(false),
                       .resource_group_id = spec.resource_group_id,
                       .storage_cluster_id = spec.storage_cluster_id,
                       .type = "data",
                       .tags = spec.tags},
              .name = spec.name,
              .created_due = clock_.Now() + delays_.create};
  if (spec.category == "cloud_essd" && spec.performance_level.empty()) {
    row.disk.performance_level = "PL1";
  }
  disks_.emplace(id, std::move(row));
  if (!spec.client_token.empty()) tokens_["disk " + spec.client_token] = {ToText(spec), id};
  ++created_disks_;
  return id;
}

CloudResult<DiskPage> FakeCloud::DescribeDisks(const DiskQuery& query) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  if (query.ids.size() > kMostIds) return Refuse(403, "InvalidDiskIds.Malformed", "over 100 ids");
  DiskPage page;
  const auto wanted = std::max(kSmallestPage, static_cast<std::size_t>(query.max_results));
  if (!query.next_token.empty() && !query.next_token.starts_with("after-")) {
    return Refuse(400, "InvalidParameter.NextToken", "token " + query.next_token);
  }
  for (const auto& [id, row] : disks_) {
    const Disk& disk = row.disk;
    const bool listed = query.ids.empty() || std::ranges::find(query.ids, id) != query.ids.end();
    if (!listed || "after-" + id <= query.next_token || !HasTags(disk.tags, query.tags) ||
        (!query.zone.empty() && query.zone != disk.zone) ||
        (!query.instance_id.empty() &&
         std::ranges::find(disk.attached_to, query.instance_id) == disk.attached_to.end()) ||
        (!query.type.empty() && query.type != disk.type)) {
      continue;
    }
    if (page.disks.size() == wanted) {
      page.next_token = "after-" + page.disks.back().id;
      break;
    }
    page.disks.push_back(disk);
  }
  return page;
}

CloudResult<void> FakeCloud::DeleteDisk(const std::string& disk_id) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto row = FindRow(disk_id);
  if (!row) return Fail(row.error());
  const Disk& disk = (*row)->disk;
  const std::string state = disk.id + " is " + std::string(ToString(disk.status));
  if (disk.status == DiskStatus::kCreating) {
    return Refuse(403, "IncorrectDiskStatus.Initializing", state);
  }
  if (disk.status != DiskStatus::kAvailable) return Refuse(403, "IncorrectDiskStatus", state);
  if (HasSnapshotUnderWay(disk_id)) return Refuse(403, "DiskCreatingSnapshot", state);
  disks_.erase(disk_id);
  return {};
}

CloudResult<void> FakeCloud::ResizeDisk(const Resize& resize) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto row = FindRow(resize.disk_id);
  if (!row) return Fail(row.error());
  Disk& disk = (*row)->disk;
  const std::string state = disk.id + " is " + std::string(ToString(disk.status));
  if (HasSnapshotUnderWay(disk.id)) return Refuse(403, "DiskCreatingSnapshot", state);
  const bool fits =
      resize.online ? disk.status == DiskStatus::kInUse : disk.status == DiskStatus::kAvailable;
  if (!fits) return Refuse(403, "IncorrectDiskStatus", state);
  if (resize.size_gib <= disk.size_gib) return Refuse(403, "InvalidDiskSize.TooSmall", state);
  const auto sizes = catalogue_.Sizes(disk.category, disk.performance_level);
  if (!sizes || resize.size_gib > sizes->max) return Refuse(403, "InvalidDiskSize.TooLarge", state);
  disk.size_gib = resize.size_gib;
  return {};
}

CloudResult<void> FakeCloud::ModifyDiskAttribute(const std::string& disk_id,
                                                 const DiskAttributes& attributes) {
  const absl::MutexLock lock(&mutex_);
  auto row = FindRow(disk_id);
  if (!row) return Fail(row.error());
  if (attributes.bursting && (*row)->disk.category != "cloud_auto") {
    return Refuse(400, "BurstingEnabledForDiskCategoryUnsupported", (*row)->disk.category);
  }
  if (attributes.bursting) (*row)->disk.bursting = *attributes.bursting;
  if (attributes.name) (*row)->name = *attributes.name;
  return {};
}

CloudResult<void> FakeCloud::TagDisk(const std::string& disk_id, const Tags& tags) {
  const absl::MutexLock lock(&mutex_);
  auto row = FindRow(disk_id);
  if (!row) return Refuse(404, "InvalidResourceId.NotFound", "disk " + disk_id);
  Tags after = (*row)->disk.tags;
  for (const auto& tag : tags) {
    std::erase_if(after, [&](const Tag& one) { return one.key == tag.key; });
    after.push_back(tag);
  }
  if (after.size() > kMostTags) return Refuse(403, "QuotaExceed.Tags", "too many tags");
  (*row)->disk.tags = std::move(after);
  return {};
}

CloudResult<void> FakeCloud::UntagDisk(const std::string& disk_id,
                                       const std::vector<std::string>& keys) {
  const absl::MutexLock lock(&mutex_);
  auto row = FindRow(disk_id);
  if (!row) return Refuse(404, "InvalidResourceId.NotFound", "disk " + disk_id);
  for (const auto& key : keys) {
    std::erase_if((*row)->disk.tags, [&](const Tag& tag) { return tag.key == key; });
  }
  return {};
}

}  // namespace driver
