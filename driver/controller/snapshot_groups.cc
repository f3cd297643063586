#include "driver/controller/snapshot_groups.h"

#include <algorithm>
#include <utility>

#include "driver/cloud/retry.h"
#include "driver/controller/cloud_names.h"
#include "driver/controller/create_once.h"
#include "driver/controller/snapshot_steps.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using grpc::StatusCode;

std::vector<std::string> DisksOf(const SnapshotGroup& group) {
  std::vector<std::string> disks;
  for (const auto& member : group.members) disks.push_back(member.disk_id);
  std::ranges::sort(disks);
  return disks;
}

bool IsMember(const SnapshotGroup& group, const std::string& snapshot_id) {
  return std::ranges::find(group.members, snapshot_id, &SnapshotGroup::Member::snapshot_id) !=
         group.members.end();
}

bool AreCut(const GroupSnapshot& group) {
  return std::ranges::all_of(group.snapshots,
                             [](const Snapshot& one) { return one.cut_at.has_value(); });
}

bool HasFailed(const GroupSnapshot& group) {
  return std::ranges::find(group.snapshots, SnapshotStatus::kFailed, &Snapshot::status) !=
         group.snapshots.end();
}

}  // namespace

SnapshotGroups::SnapshotGroups(ControllerContext context)
    : context_(std::move(context)), ignored_(context_.clock, context_.cluster) {}

Result<GroupSnapshot> SnapshotGroups::Create(const CreateGroupRequest& wanted,
                                             const Deadline& deadline) {
  const auto guard = context_.locks.Lock("group snapshot name " + wanted.name);
  if (!guard) return Fail(guard.error());
  auto group = FindOrCreate(wanted, deadline);
  if (!group) return Fail(group.error());
  if (DisksOf(*group) != wanted.source_volume_ids) {
    return Fail(StatusCode::ALREADY_EXISTS,
                "group snapshot " + wanted.name + " exists as " + group->id + " of other volumes");
  }
  const std::string id = group->id;
  auto cut = AwaitCut(std::move(*group), deadline);
  if (cut && HasFailed(*cut)) return Fail(RemoveFailed(id, deadline));
  return cut;
}

Result<std::optional<SnapshotGroup>> SnapshotGroups::Find(const SnapshotGroupQuery& query,
                                                          const Deadline& deadline) {
  auto groups = RetryThrottled(context_.clock, deadline, "look for a group of snapshots",
                               [&] { return context_.cloud.DescribeSnapshotGroups(query); });
  if (!groups) return Fail(groups.error());
  if (groups->empty()) return std::nullopt;
  return std::move(*std::ranges::min_element(*groups, {}, &SnapshotGroup::id));
}

Result<SnapshotGroup> SnapshotGroups::FindOrCreate(const CreateGroupRequest& wanted,
                                                   const Deadline& deadline) {
  auto existing = Find({.tags = {{std::string(kGroupNameTag), wanted.name}}}, deadline);
  if (!existing) return Fail(existing.error());
  if (*existing) return std::move(**existing);
  for (const auto& volume : wanted.source_volume_ids) {
    auto disk = GetDisk(context_.cloud, context_.clock, deadline, volume);
    if (!disk) return Fail(disk.error());
  }
  ignored_.Report(wanted.parameters);
  return CreateGroupOnce(wanted, deadline);
}

Result<SnapshotGroup> SnapshotGroups::CreateGroupOnce(const CreateGroupRequest& wanted,
                                                      const Deadline& deadline) {
  const Tag tag{std::string(kGroupNameTag), wanted.name};
  SnapshotGroupSpec spec{.disk_ids = wanted.source_volume_ids,
                         .resource_group_id = wanted.parameters.resource_group_id,
                         .tags = SnapshotBaseTags(context_)};
  if (IsCloudName(wanted.name)) spec.name = wanted.name;
  const Tags& tags = wanted.parameters.tags;
  spec.tags.insert(spec.tags.end(), tags.begin(), tags.end());
  spec.tags.push_back(tag);
  TokenChain chain(wanted.name);
  Creation<SnapshotGroup> creation{.doing = "snapshot the volumes of group " + wanted.name};
  creation.create = [&](const std::string& token) {
    spec.client_token = token;
    return context_.cloud.CreateSnapshotGroup(spec);
  };
  creation.find = [&](const std::string& id) { return Find({.id = id}, deadline); };
  creation.refused = [&](const CloudError& error) -> Result<std::optional<SnapshotGroup>> {
    // Another caller may have been faster under the same token.
    auto made = Find({.tags = {tag}}, deadline);
    if (made && *made) return made;
    if (error.code == "IdempotentParameterMismatch") {
      chain.PassMismatch();
      return std::nullopt;
    }
    if (IsTokenBusy(error)) return std::nullopt;
    return Fail(Translate(error, creation.doing));
  };
  return CreateOnce(context_, deadline, chain, creation);
}

// Its members at this moment; ABORTED when one has vanished.
Result<GroupSnapshot> SnapshotGroups::Look(const SnapshotGroup& group, const Deadline& deadline) {
  SnapshotQuery query;
  for (const auto& member : group.members) query.ids.push_back(member.snapshot_id);
  auto page = RetryThrottled(context_.clock, deadline, "look at the snapshots of " + group.id,
                             [&] { return context_.cloud.DescribeSnapshots(query); });
  if (!page) return Fail(page.error());
  if (page->snapshots.size() != group.members.size()) {
    return Fail(StatusCode::ABORTED, "a snapshot of group " + group.id + " has vanished");
  }
  std::ranges::sort(page->snapshots, {}, &Snapshot::id);
  return GroupSnapshot{group.id, std::move(page->snapshots)};
}

Result<GroupSnapshot> SnapshotGroups::AwaitCut(SnapshotGroup group, const Deadline& deadline) {
  Poller poller(context_.clock, deadline);
  while (true) {
    auto looked = Look(group, deadline);
    if (!looked || HasFailed(*looked) || AreCut(*looked)) return looked;
    if (!poller.Pause()) {
      return Fail(DeadlineExceeded("group " + group.id + " is not cut yet"));
    }
  }
}

// Only this call knows the id of a group that failed, so it would stay for ever.
RpcError SnapshotGroups::RemoveFailed(const std::string& group_id, const Deadline& deadline) {
  auto removed = Remove(group_id, deadline);
  if (!removed) return removed.error();
  return {StatusCode::INTERNAL,
          "group " + group_id + " failed and is deleted; the next try takes another"};
}

Result<void> SnapshotGroups::Remove(const std::string& group_id, const Deadline& deadline) {
  return RetryTransient(context_.clock, deadline, "delete group " + group_id, [&] {
    return SucceedIf("InvalidSnapshotGroupId.NotFound",
                     context_.cloud.DeleteSnapshotGroup(group_id));
  });
}

// Members that an earlier call deleted may be named still; one that is not named, and one that is a
// snapshot of its own, may not.
Result<void> SnapshotGroups::CheckMembers(const SnapshotGroup& group, const GroupRequest& wanted,
                                          const Deadline& deadline) {
  if (wanted.snapshot_ids.empty()) return {};
  const auto mismatch = [&group](const std::string& id) {
    return Fail(StatusCode::INVALID_ARGUMENT,
                "snapshot " + id + " and group " + group.id + " do not match");
  };
  for (const auto& member : group.members) {
    const auto& ids = wanted.snapshot_ids;
    if (std::ranges::find(ids, member.snapshot_id) == ids.end())
      return mismatch(member.snapshot_id);
  }
  for (const auto& id : wanted.snapshot_ids) {
    if (IsMember(group, id)) continue;
    const auto other = FindSnapshot(context_.cloud, context_.clock, deadline, id);
    if (!other) return Fail(other.error());
    if (*other) return mismatch(id);
  }
  return {};
}

Result<void> SnapshotGroups::Delete(const GroupRequest& wanted, const Deadline& deadline) {
  const auto guard = context_.locks.Lock("group snapshot " + wanted.group_id);
  if (!guard) return Fail(guard.error());
  const auto group = Find({.id = wanted.group_id}, deadline);
  if (!group) return Fail(group.error());
  if (!*group) return {};
  if (auto match = CheckMembers(**group, wanted, deadline); !match) return match;
  return Remove(wanted.group_id, deadline);
}

Result<GroupSnapshot> SnapshotGroups::Get(const GroupRequest& wanted, const Deadline& deadline) {
  const auto group = Find({.id = wanted.group_id}, deadline);
  if (!group) return Fail(group.error());
  if (!*group) {
    return Fail(StatusCode::NOT_FOUND, "group snapshot " + wanted.group_id + " does not exist");
  }
  if (auto match = CheckMembers(**group, wanted, deadline); !match) return Fail(match.error());
  auto looked = Look(**group, deadline);
  if (looked && !AreCut(*looked)) {
    return Fail(StatusCode::ABORTED, "group " + wanted.group_id + " is not cut yet");
  }
  return looked;
}

}  // namespace driver
