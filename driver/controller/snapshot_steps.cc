#include "driver/controller/snapshot_steps.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "driver/base/crash.h"
#include "driver/cloud/retry.h"

namespace driver {
namespace {

// How many deleted snapshots of one name are passed before giving up. The service forgets tokens
// after a day, so only a name reused this often within a day meets it.
constexpr int kLongestChain = 100;

enum class After { kAgain, kPause };

// What a refused CreateSnapshot means for the next try.
Result<After> NextTry(const CloudError& error, TokenChain& chain, const std::string& doing) {
  if (error.code == "IdempotentParameterMismatch") {
    chain.PassMismatch();
    return After::kAgain;
  }
  if (error.code == "LastTokenProcessing" || error.code == "IdempotentProcessing") {
    return After::kPause;
  }
  return Fail(Translate(error, doing));
}

}  // namespace

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
  const std::string doing = "snapshot disk " + spec.disk_id;
  Poller poller(context.clock, deadline);
  for (int tries = 0; tries < kLongestChain; ++tries) {
    spec.client_token = chain.Token();
    CrashPoint("create-snapshot.before-create-snapshot");
    auto id =
        RetryThrottled(context.clock, deadline, [&] { return context.cloud.CreateSnapshot(spec); });
    if (!id) {
      // Somebody else may have been faster under the same token.
      auto made = FindSnapshotByTag(context, deadline, tag);
      if (made && *made) return std::move(**made);
      auto after = NextTry(id.error(), chain, doing);
      if (!after) return Fail(after.error());
      if (*after == After::kPause && !poller.Pause()) {
        return Fail(Translate(id.error(), doing));
      }
      continue;
    }
    CrashPoint("create-snapshot.after-create-snapshot");
    auto snapshot = FindSnapshot(context.cloud, context.clock, deadline, *id);
    if (!snapshot) return Fail(snapshot.error());
    if (*snapshot) return std::move(**snapshot);
    chain.PassDeleted(*id);
  }
  return Fail(grpc::StatusCode::ABORTED, doing + ": the name was used too often today");
}

bool IsCloudName(const std::string& name) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == ':' || c == '_' || c == '.' || c == '-';
  };
  return name.size() >= 2 && name.size() <= 128 &&
         std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
         std::ranges::all_of(name, fits) && !name.starts_with("auto");
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
