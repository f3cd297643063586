#include "driver/controller/clones.h"

#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/snapshot_steps.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

Tag CloneTag(const std::string& volume_name) {
  return {std::string(kCloneForTag), volume_name};
}

// Deletes all that the query finds and that are temporary.
Result<void> DeleteAll(const ControllerContext& context, const Deadline& deadline,
                       SnapshotQuery query) {
  do {
    auto page = RetryThrottled(context.clock, deadline, "look for temporary snapshots",
                               [&] { return context.cloud.DescribeSnapshots(query); });
    if (!page) return Fail(page.error());
    for (const auto& snapshot : page->snapshots) {
      if (!FindTag(snapshot.tags, kCloneForTag)) continue;
      auto deleted = DeleteSnapshotById(context, deadline, snapshot.id);
      if (!deleted) return deleted;
    }
    query.next_token = page->next_token;
  } while (!query.next_token.empty());
  return {};
}

Result<Snapshot> FindOrCreate(const ControllerContext& context, const Deadline& deadline,
                              const CloneOrder& order) {
  const Tag tag = CloneTag(order.volume_name);
  auto existing = FindSnapshotByTag(context, deadline, tag);
  if (!existing) return Fail(existing.error());
  if (*existing) return std::move(**existing);
  SnapshotSpec spec{.disk_id = order.source_disk_id,
                    .description = "temporary, for cloning " + order.source_disk_id,
                    .tags = SnapshotBaseTags(context)};
  spec.tags.push_back(tag);
  // A line feed cannot be in a CSI name, so no CSI snapshot has this token.
  return CreateSnapshotOnce(context, deadline, std::move(spec),
                            TokenChain::Hashed("clone\n" + order.volume_name), tag);
}

}  // namespace

Result<std::string> EnsureCloneSnapshot(const ControllerContext& context, const Deadline& deadline,
                                        const CloneOrder& order) {
  auto snapshot = FindOrCreate(context, deadline, order);
  if (!snapshot) return Fail(snapshot.error());
  CrashPoint("clone.after-create-snapshot");
  snapshot = AwaitSnapshot(context, deadline, std::move(*snapshot), kAvailable);
  if (!snapshot) return Fail(snapshot.error());
  if (snapshot->status != SnapshotStatus::kFailed) return std::move(snapshot->id);
  auto deleted = DeleteSnapshotById(context, deadline, snapshot->id);
  if (!deleted) return Fail(deleted.error());
  return Fail(grpc::StatusCode::ABORTED, "temporary snapshot " + snapshot->id + " of disk " +
                                             order.source_disk_id +
                                             " failed; the next call makes another");
}

Result<void> DeleteCloneSnapshotsFor(const ControllerContext& context, const Deadline& deadline,
                                     const std::string& volume_name) {
  return DeleteAll(context, deadline, {.tags = {CloneTag(volume_name)}});
}

Result<void> DeleteCloneSnapshotsOf(const ControllerContext& context, const Deadline& deadline,
                                    const std::string& disk_id) {
  return DeleteAll(context, deadline, {.disk_id = disk_id, .max_results = 100});
}

}  // namespace driver
