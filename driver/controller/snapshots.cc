#include "driver/controller/snapshots.h"

#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/cloud_names.h"
#include "driver/controller/paging.h"
#include "driver/controller/snapshot_steps.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using grpc::StatusCode;

bool IsListed(const Snapshot& snapshot) {
  return snapshot.cut_at.has_value() && !FindTag(snapshot.tags, kCloneForTag);
}

}  // namespace

Snapshots::Snapshots(ControllerContext context)
    : context_(std::move(context)), ignored_(context_.clock, context_.cluster) {}

Result<Snapshot> Snapshots::Create(const CreateSnapshotRequest& wanted, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("snapshot name " + wanted.name);
  if (!guard) return Fail(guard.error());
  auto snapshot = FindOrCreate(wanted, deadline);
  if (!snapshot) return snapshot;
  if (snapshot->disk_id != wanted.source_volume_id) {
    return Fail(StatusCode::ALREADY_EXISTS, "snapshot " + wanted.name + " exists as " +
                                                snapshot->id + " of volume " + snapshot->disk_id);
  }
  snapshot = AwaitSnapshot(context_, deadline, std::move(*snapshot), kCut);
  if (snapshot && snapshot->status == SnapshotStatus::kFailed) {
    return Fail(RemoveFailed(*snapshot, deadline));
  }
  return snapshot;
}

Result<Snapshot> Snapshots::FindOrCreate(const CreateSnapshotRequest& wanted,
                                         const Deadline& deadline) {
  const Tag tag{std::string(kSnapshotNameTag), wanted.name};
  auto existing = FindSnapshotByTag(context_, deadline, tag);
  if (!existing) return Fail(existing.error());
  if (*existing) return std::move(**existing);
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.source_volume_id);
  if (!disk) return Fail(disk.error());
  const auto retention = RetentionOf(wanted.parameters, deadline);
  if (!retention) return Fail(retention.error());
  SnapshotSpec spec{.disk_id = wanted.source_volume_id,
                    .retention_days = *retention,
                    .resource_group_id = wanted.parameters.resource_group_id,
                    .tags = SnapshotBaseTags(context_)};
  if (IsCloudName(wanted.name)) spec.name = wanted.name;
  const Tags& tags = wanted.parameters.tags;
  spec.tags.insert(spec.tags.end(), tags.begin(), tags.end());
  spec.tags.push_back(tag);
  ignored_.Report(wanted.parameters);
  return CreateSnapshotOnce(context_, deadline, std::move(spec), TokenChain(wanted.name), tag);
}

// A VolumeSnapshot that is gone is about to be deleted: whatever its annotation said.
Result<std::optional<std::int64_t>> Snapshots::RetentionOf(const SnapshotParameters& parameters,
                                                           const Deadline& deadline) {
  if (context_.cluster == nullptr || parameters.object_name.empty()) {
    return parameters.retention_days;
  }
  const auto annotations = context_.cluster->SnapshotAnnotations(parameters.object_namespace,
                                                                 parameters.object_name, deadline);
  if (!annotations && annotations.error().code != StatusCode::NOT_FOUND) {
    return Fail(annotations.error());
  }
  if (!annotations) return parameters.retention_days;
  const auto ttl = annotations->find(std::string(kSnapshotTtlAnnotation));
  if (ttl == annotations->end()) return parameters.retention_days;
  const auto days = ParseRetention(ttl->first, ttl->second);
  if (days) return days;
  return Fail(StatusCode::INVALID_ARGUMENT, "snapshot " + parameters.object_namespace + "/" +
                                                parameters.object_name + ": annotation " +
                                                ttl->first + " is not a whole number of days");
}

// Only this call knows the id of a snapshot that failed, so it would stay for ever. The next
// call of that name takes another.
RpcError Snapshots::RemoveFailed(const Snapshot& snapshot, const Deadline& deadline) {
  auto deleted = DeleteSnapshotById(context_, deadline, snapshot.id);
  if (!deleted) return deleted.error();
  return {StatusCode::INTERNAL, "snapshot " + snapshot.id + " of volume " + snapshot.disk_id +
                                    " failed and is deleted; the next try takes another"};
}

// Its group would go on as if it were whole.
Result<void> Snapshots::CheckAlone(const std::string& snapshot_id, const Deadline& deadline) {
  if (context_.profile.group_rpcs.empty()) return {};
  const auto snapshot = FindSnapshot(context_.cloud, context_.clock, deadline, snapshot_id);
  if (!snapshot) return Fail(snapshot.error());
  if (!*snapshot || (*snapshot)->group_id.empty()) return {};
  return Fail(StatusCode::INVALID_ARGUMENT, "snapshot " + snapshot_id + " is a member of group " +
                                                (*snapshot)->group_id + " and goes with it");
}

Result<void> Snapshots::Delete(const std::string& snapshot_id, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("snapshot " + snapshot_id);
  if (!guard) return Fail(guard.error());
  if (auto alone = CheckAlone(snapshot_id, deadline); !alone) return alone;
  auto deleted = DeleteSnapshotById(context_, deadline, snapshot_id);
  CrashPoint("delete-snapshot.after-delete-snapshot");
  return deleted;
}

Result<Snapshot> Snapshots::Get(const std::string& snapshot_id, const Deadline& deadline) {
  auto snapshot = FindSnapshot(context_.cloud, context_.clock, deadline, snapshot_id);
  if (!snapshot) return Fail(snapshot.error());
  if (!*snapshot) return Fail(StatusCode::NOT_FOUND, "snapshot " + snapshot_id + " does not exist");
  if (!(*snapshot)->cut_at) {
    return Fail(StatusCode::ABORTED, "snapshot " + snapshot_id + " is not cut yet");
  }
  return std::move(**snapshot);
}

Result<ListedPage<Snapshot>> Snapshots::List(const ListSnapshotsRequest& wanted,
                                             const Deadline& deadline) {
  SnapshotQuery query{.disk_id = wanted.source_volume_id};
  if (!wanted.snapshot_id.empty()) query.ids = {wanted.snapshot_id};
  const auto describe = [&](const std::string& token, int most) {
    query.max_results = most;
    query.next_token = token;
    return context_.cloud.DescribeSnapshots(query);
  };
  return ListPages<SnapshotPage, Snapshot>(
      context_, deadline, wanted.page,
      {"list snapshots", describe, &SnapshotPage::snapshots, IsListed});
}

}  // namespace driver
