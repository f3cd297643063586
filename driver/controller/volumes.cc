#include "driver/controller/volumes.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/claim_annotations.h"
#include "driver/controller/clones.h"
#include "driver/controller/cloud_names.h"
#include "driver/controller/disk_creation.h"
#include "driver/controller/existing_volume.h"
#include "driver/controller/pv_labeler.h"
#include "driver/controller/snapshot_steps.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr int kMostTokenMoves = 100;

}  // namespace

Volumes::Volumes(ControllerContext context, Zones& zones)
    : context_(std::move(context)), zones_(zones), ignored_(context_.clock, context_.cluster) {}

Result<Disk> Volumes::Create(const CreateVolumeRequest& wanted, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume name " + wanted.name);
  if (!guard) return Fail(guard.error());
  const auto asked = WithClaim(context_.cluster, wanted, deadline);
  if (!asked) return Fail(asked.error());
  auto disk = CreateLocked(*asked, deadline);
  if (!disk) return disk;
  disk = AwaitAvailable(*asked, std::move(*disk), deadline);
  if (disk && context_.pv_labeler != nullptr) context_.pv_labeler->Enqueue(*disk);
  CrashPoint("create-volume.before-answer");
  return disk;
}

Result<Disk> Volumes::CreateLocked(const CreateVolumeRequest& wanted, const Deadline& deadline) {
  auto existing = FindByName(wanted.name, deadline);
  if (!existing) return Fail(existing.error());
  if (!*existing) {
    if (wanted.claim_gone) {
      return Fail(StatusCode::NOT_FOUND, "claim " + wanted.claim.ns + "/" + wanted.claim.name +
                                             " is gone, volume " + wanted.name + " is not created");
    }
    if (!wanted.adopted_disk_id.empty()) return Adopt(wanted, deadline);
    auto origin = FindOrigin(wanted, deadline);
    if (!origin) return Fail(origin.error());
    auto disk = CreateNew(wanted, *origin, deadline);
    if (disk) ignored_.Report(wanted, deadline);
    return disk;
  }
  // A claim that is gone takes the knowledge of its wishes with it; the volume is about to go too.
  if (wanted.claim_gone) return std::move(**existing);
  if (auto same = CheckSame(wanted, **existing); !same) return Fail(same.error());
  return std::move(**existing);
}

Result<std::optional<Disk>> Volumes::FindByName(const std::string& name, const Deadline& deadline) {
  const DiskQuery query{.tags = {{std::string(kVolumeNameTag), name}}};
  auto page = RetryThrottled(context_.clock, deadline, "look for volume " + name,
                             [&] { return context_.cloud.DescribeDisks(query); });
  if (!page) return Fail(page.error());
  if (page->disks.empty()) return std::nullopt;
  return std::move(*std::ranges::min_element(page->disks, {}, &Disk::id));
}

Result<Volumes::Origin> Volumes::FindOrigin(const CreateVolumeRequest& wanted,
                                            const Deadline& deadline) {
  Result<Origin> origin = Origin{};
  if (!wanted.source_snapshot_id.empty() && context_.profile.trusts_sources) {
    return Origin{.snapshot_id = wanted.source_snapshot_id};
  }
  if (!wanted.source_snapshot_id.empty()) {
    origin = SnapshotOrigin(wanted.source_snapshot_id, deadline);
  } else if (!wanted.source_volume_id.empty()) {
    origin = VolumeOrigin(wanted.source_volume_id, deadline);
  }
  if (!origin) return origin;
  const std::int64_t least = origin->least_gib;
  const CapacityRange& size = wanted.size;
  if ((size.at_least_gib != 0 && size.at_least_gib < least) ||
      (size.at_most_gib != 0 && size.at_most_gib < least)) {
    return Fail(StatusCode::OUT_OF_RANGE,
                ContentOf(wanted) + " needs at least " + std::to_string(least) + " GiB");
  }
  return origin;
}

Result<Volumes::Origin> Volumes::SnapshotOrigin(const std::string& id, const Deadline& deadline) {
  auto snapshot = FindSnapshot(context_.cloud, context_.clock, deadline, id);
  if (!snapshot) return Fail(snapshot.error());
  if (!*snapshot) return Fail(StatusCode::NOT_FOUND, "snapshot " + id + " does not exist");
  if ((*snapshot)->status == SnapshotStatus::kFailed) {
    return Fail(StatusCode::FAILED_PRECONDITION, "snapshot " + id + " failed");
  }
  if (!(*snapshot)->available) {
    return Fail(StatusCode::ABORTED, "snapshot " + id + " is not ready yet");
  }
  return Origin{.snapshot_id = id, .least_gib = (*snapshot)->disk_size_gib};
}

Result<Volumes::Origin> Volumes::VolumeOrigin(const std::string& id, const Deadline& deadline) {
  auto disk = FindDisk(context_.cloud, context_.clock, deadline, id);
  if (!disk) return Fail(disk.error());
  if (!*disk) return Fail(StatusCode::NOT_FOUND, "source volume " + id + " does not exist");
  return Origin{.zone = (*disk)->zone, .least_gib = (*disk)->size_gib};
}

Result<Disk> Volumes::CreateNew(const CreateVolumeRequest& wanted, const Origin& origin,
                                const Deadline& deadline) {
  CreateVolumeRequest placed = wanted;
  placed.size.at_least_gib = std::max(wanted.size.at_least_gib, origin.least_gib);
  // A clone follows its Pod like any volume; where nothing says a place, it is beside its source.
  const bool placed_by_request =
      !wanted.requisite.empty() || !wanted.preferred.empty() || !wanted.disk.zones.empty();
  if (!origin.zone.empty() && !placed_by_request) placed.disk.zones = {origin.zone};
  auto attempts = zones_.Choose(placed, deadline);
  if (!attempts) return Fail(attempts.error());
  DiskSpec spec = BaseSpec(wanted);
  spec.snapshot_id = origin.snapshot_id;
  if (!wanted.source_volume_id.empty()) {
    auto snapshot_id =
        EnsureCloneSnapshot(context_, deadline, {wanted.name, wanted.source_volume_id});
    if (!snapshot_id) return Fail(snapshot_id.error());
    spec.snapshot_id = *snapshot_id;
  }
  return TryAttempts(*attempts, std::move(spec), wanted, deadline);
}

Result<Disk> Volumes::TryAttempts(const std::vector<DiskAttempt>& attempts, DiskSpec spec,
                                  const CreateVolumeRequest& wanted, const Deadline& deadline) {
  TokenChain chain(wanted.name);
  std::optional<CloudError> last_refusal;
  std::string refusals;
  int token_moves = 0;
  for (auto attempt = attempts.begin(); attempt != attempts.end();) {
    spec.zone = attempt->zone;
    spec.category = attempt->category;
    spec.performance_level = attempt->level;
    spec.size_gib = attempt->size_gib;
    const bool is_auto = attempt->category == "cloud_auto";
    spec.provisioned_iops = is_auto ? wanted.disk.provisioned_iops : std::nullopt;
    spec.bursting = is_auto ? wanted.disk.bursting : std::nullopt;
    auto tried = TryCreateDisk(context_, deadline, spec, chain);
    if (!tried) return Fail(tried.error());
    if (tried->disk) return std::move(*tried->disk);
    if (tried->refusal) {
      last_refusal = std::move(tried->refusal);
      refusals += fmt::format("{}{} {}: {}: {}", refusals.empty() ? "" : "; ", attempt->category,
                              attempt->level, last_refusal->code, last_refusal->message);
      ++attempt;
      continue;
    }
    // The token is taken: by a disk that another caller made meanwhile, or by one that is gone.
    auto existing = FindByName(wanted.name, deadline);
    if (!existing) return Fail(existing.error());
    if (*existing) return CreateLocked(wanted, deadline);
    if (++token_moves > kMostTokenMoves) break;
    chain.PassMismatch();
  }
  if (!last_refusal) {
    return Fail(StatusCode::ABORTED,
                "volume " + wanted.name + ": the name was used too often today");
  }
  auto failed = Translate(*last_refusal, "create volume " + wanted.name + ", nothing left to try");
  // With nothing left in the only zone the class is at fault.
  if (context_.profile.keeps_to_one_zone) {
    failed = {StatusCode::INVALID_ARGUMENT, "create volume " + wanted.name + ": " + refusals};
  }
  return Fail(std::move(failed));
}

DiskSpec Volumes::BaseSpec(const CreateVolumeRequest& wanted) const {
  const DiskParameters& parameters = wanted.disk;
  DiskSpec spec{.encrypted = parameters.encrypted,
                .kms_key_id = parameters.kms_key_id,
                .multi_attach = parameters.multi_attach,
                .resource_group_id = parameters.resource_group_id,
                .storage_cluster_id = parameters.storage_cluster_id};
  if (IsCloudName(wanted.name)) spec.name = wanted.name;
  spec.tags = TagsFor(wanted);
  return spec;
}

// In this order: under one token another order would be another request.
Tags Volumes::TagsFor(const CreateVolumeRequest& wanted) const {
  Tags tags = {{"k8s.aliyun.com", "true"}, {"createdby", "alibabacloud-csi-plugin"}};
  if (!context_.cluster_id.empty()) tags.push_back({"ack.aliyun.com", context_.cluster_id});
  tags.insert(tags.end(), wanted.disk.tags.begin(), wanted.disk.tags.end());
  if (!wanted.source_volume_id.empty()) {
    tags.push_back({std::string(kSourceVolumeTag), wanted.source_volume_id});
  }
  tags.push_back({std::string(kVolumeNameTag), wanted.name});
  return tags;
}

Result<Disk> Volumes::AwaitAvailable(const CreateVolumeRequest& wanted, Disk disk,
                                     const Deadline& deadline) {
  Poller poller(context_.clock, deadline);
  const std::string id = disk.id;
  while (disk.status == DiskStatus::kCreating) {
    if (!poller.Pause()) return Fail(DeadlineExceeded("disk " + id + " is Creating"));
    auto looked = FindDisk(context_.cloud, context_.clock, deadline, id);
    if (!looked) return Fail(looked.error());
    if (!*looked) return Fail(StatusCode::ABORTED, "disk " + id + " vanished while Creating");
    disk = std::move(**looked);
  }
  if (wanted.source_volume_id.empty()) return disk;
  CrashPoint("clone.after-create-disk");
  auto deleted = DeleteCloneSnapshotsFor(context_, deadline, wanted.name);
  if (!deleted) return Fail(deleted.error());
  CrashPoint("clone.after-delete-snapshot");
  return disk;
}

Result<void> Volumes::Delete(const std::string& volume_id, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + volume_id);
  if (!guard) return Fail(guard.error());
  auto disk = FindDisk(context_.cloud, context_.clock, deadline, volume_id);
  if (!disk) return Fail(disk.error());
  if (*disk) {
    auto deleted = DeleteDisk(**disk, deadline);
    if (!deleted) return deleted;
    CrashPoint("delete-volume.after-delete-disk");
  }
  return DeleteCloneSnapshotsOf(context_, deadline, volume_id);
}

Result<void> Volumes::DeleteDisk(const Disk& disk, const Deadline& deadline) {
  const bool detaching = disk.status == DiskStatus::kDetaching;
  if (!detaching && (!disk.attached_to.empty() || disk.status == DiskStatus::kAttaching)) {
    return Fail(StatusCode::FAILED_PRECONDITION,
                "volume " + disk.id + " is " + std::string(ToString(disk.status)) +
                    (disk.attached_to.empty() ? "" : " on " + disk.attached_to.front()));
  }
  // Before the disk goes, since its tag tells what the snapshots were made for.
  if (const auto name = FindTag(disk.tags, kVolumeNameTag)) {
    auto deleted = DeleteCloneSnapshotsFor(context_, deadline, *name);
    if (!deleted) return deleted;
  }
  return RetryTransient(context_.clock, deadline, "delete volume " + disk.id, [&] {
    return SucceedIf("InvalidDiskId.NotFound", context_.cloud.DeleteDisk(disk.id));
  });
}

}  // namespace driver
