#include "driver/controller/snapshot_steps.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/create_once.h"

namespace driver {

Result<std::optional<Snapshot>> FindSnapshotByTag(const ControllerContext& context,
                                                  const Deadline& deadline, const Tag& tag) {
  auto page = RetryThrottled(context.clock, deadline, "look for the snapshot of " + tag.value,
                             [&] { return context.cloud.DescribeSnapshots({.tags = {tag}}); });
  if (!page) return Fail(page.error());
  if (page->snapshots.empty()) return std::nullopt;
  return std::move(*std::ranges::min_element(page->snapshots, {}, &Snapshot::id));
}

Result<Snapshot> CreateSnapshotOnce(const ControllerContext& context, const Deadline& deadline,
                                    SnapshotSpec spec, TokenChain chain, const Tag& tag) {
  Creation<Snapshot> creation{.doing = "snapshot disk " + spec.disk_id};
  creation.create = [&](const std::string& token) {
    CrashPoint("create-snapshot.before-create-snapshot");
    spec.client_token = token;
    return context.cloud.CreateSnapshot(spec);
  };
  creation.find = [&](const std::string& id) {
    CrashPoint("create-snapshot.after-create-snapshot");
    return FindSnapshot(context.cloud, context.clock, deadline, id);
  };
  creation.refused = [&](const CloudError& error) -> Result<std::optional<Snapshot>> {
    // Another caller may have been faster under the same token.
    auto made = FindSnapshotByTag(context, deadline, tag);
    if (made && *made) return made;
    if (error.code == "IdempotentParameterMismatch") {
      chain.PassMismatch();
      return std::nullopt;
    }
    if (IsTokenBusy(error)) return std::nullopt;
    return Fail(Translate(error, creation.doing));
  };
  return CreateOnce(context, deadline, chain, creation);
}

Result<Snapshot> AwaitSnapshot(const ControllerContext& context, const Deadline& deadline,
                               Snapshot snapshot, const SnapshotGoal& goal) {
  Poller poller(context.clock, deadline);
  const std::string id = snapshot.id;
  while (snapshot.status != SnapshotStatus::kFailed && !goal.reached(snapshot)) {
    if (!poller.Pause()) {
      return Fail(DeadlineExceeded(fmt::format("snapshot {} is not {} yet", id, goal.word)));
    }
    auto looked = FindSnapshot(context.cloud, context.clock, deadline, id);
    if (!looked) return Fail(looked.error());
    if (!*looked) return Fail(grpc::StatusCode::ABORTED, "snapshot " + id + " has vanished");
    snapshot = std::move(**looked);
  }
  return snapshot;
}

Tags SnapshotBaseTags(const ControllerContext& context) {
  Tags tags = {{"createdby", "alibabacloud-csi-plugin"},
               {"force.delete.snapshot.k8s.aliyun.com", "true"}};
  if (!context.cluster_id.empty()) tags.push_back({"ack.aliyun.com", context.cluster_id});
  return tags;
}

Result<void> DeleteSnapshotById(const ControllerContext& context, const Deadline& deadline,
                                const std::string& id) {
  return RetryTransient(context.clock, deadline, "delete snapshot " + id, [&] {
    return SucceedIf("InvalidSnapshotId.NotFound", context.cloud.DeleteSnapshot(id));
  });
}

}  // namespace driver
