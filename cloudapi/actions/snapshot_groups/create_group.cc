#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cloudapi/actions/begin_snapshot.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/snapshot_groups/snapshot_groups.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/snapshot_group.h"

namespace cloudapi {
namespace {

Result<void> CheckGroupTexts(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return region;
  const Arguments& args = call.args;
  if (!args.List("DiskId").empty() && !args.List("ExcludeDiskId").empty()) {
    return Refuse(400, "InvalidParam.ExcludeDiskIdsAndDiskIds.Conflict", "group.exclude",
                  "DiskId and ExcludeDiskId exclude each other.");
  }
  if (args.List("DiskId").empty() && !args.Text("InstanceId")) {
    return Refuse(400, "MissingParamter.InstanceId", "group.what",
                  "One of InstanceId and DiskId is required.");
  }
  if (auto tags = CheckTags(TagsOf(args)); !tags) return tags;
  return CheckResourceGroup(args.TextOrEmpty("ResourceGroupId"));
}

// With its system disk, in the order of their ids.
std::vector<Disk> AllDisksOf(Tx& tx, const Instance& instance) {
  std::vector<Disk> disks = tx.DataDisksOf(instance);
  if (auto system = tx.SystemDiskOf(instance)) disks.push_back(std::move(*system));
  std::ranges::sort(disks, {}, &Disk::id);
  return disks;
}

bool IsOn(const Disk& disk, const std::string& instance) {
  return instance.empty() || FindAttachment(disk, instance) != nullptr;
}

// In the order of the call, each one once.
Result<std::vector<Disk>> NamedDisks(const WriteCall& call, const std::string& instance) {
  std::vector<Disk> disks;
  for (const std::string& id : call.args.List("DiskId")) {
    auto disk = Find<Disk>(call, id);
    if (!disk) return Fail(disk.error());
    if (!IsOn(*disk, instance)) {
      return Refuse(404, kNotFound<Disk>, "group.disk-on-instance",
                    fmt::format("Disk {} is not attached to instance {}.", id, instance),
                    {{"disk", id}});
    }
    if (std::ranges::find(disks, id, &Disk::id) == disks.end()) disks.push_back(std::move(*disk));
  }
  return disks;
}

// The disks that the call means.
Result<std::vector<Disk>> DisksMeant(const WriteCall& call) {
  const std::string& id = call.args.TextOrEmpty("InstanceId");
  if (id.empty()) return NamedDisks(call, id);
  const auto instance = Find<Instance>(call, id);
  if (!instance) return Fail(instance.error());
  if (!call.args.List("DiskId").empty()) return NamedDisks(call, id);
  std::vector<Disk> disks = AllDisksOf(call.tx, *instance);
  const auto& excluded = call.args.List("ExcludeDiskId");
  std::erase_if(disks, [&excluded](const Disk& disk) {
    return std::ranges::find(excluded, disk.id) != excluded.end();
  });
  if (!disks.empty()) return disks;
  return Refuse(403, "InvalidInstance.NoDisk", "group.instance-disks",
                fmt::format("Instance {} has no disk beside those that are excluded.", id),
                {{"instance", id}});
}

Result<SnapshotGroup> NewGroup(const WriteCall& call) {
  const SnapshotGroup group{.account = call.caller.account,
                            .region = call.caller.region,
                            .instance_id = call.args.TextOrEmpty("InstanceId"),
                            .resource_group_id = call.args.TextOrEmpty("ResourceGroupId"),
                            .creation_time = call.tx.Now(),
                            .tags = TagsOf(call.args)};
  auto named = ModifyGroup(
      group, {.name = call.args.Text("Name"), .description = call.args.Text("Description")});
  if (!named) return named;
  named->id = call.tx.NextId<SnapshotGroup>(call.catalogue.FindRegion(group.region)->id_code);
  named->seq = call.tx.NextSeq();
  return named;
}

// The members carry the tags of their group. They are cut together, by the group's job.
Result<void> AddMembers(const WriteCall& call, const SnapshotGroup& group,
                        const std::vector<Disk>& disks) {
  for (const Disk& disk : disks) {
    auto member = StartMember(group, disk,
                              SnapshotTermsOf(call, disk, call.settings.snapshot_never_attached));
    if (!member) return Fail(member.error());
    member->tags = group.tags;
    StoreSnapshot(call.tx, call.catalogue, std::move(*member));
  }
  return {};
}

}  // namespace

Result<Answer> CreateSnapshotGroup(const WriteCall& call) {
  if (auto texts = CheckGroupTexts(call); !texts) return Fail(texts.error());
  const auto disks = DisksMeant(call);
  if (!disks) return Fail(disks.error());
  for (const Result<void>& checked : {CheckGroupDisks(*disks), CheckTagCount(call)}) {
    if (!checked) return Fail(checked.error());
  }
  const auto group = NewGroup(call);
  if (!group) return Fail(group.error());
  if (auto added = AddMembers(call, *group, *disks); !added) return Fail(added.error());
  call.tx.Put(*group);
  call.tx.Schedule(*group, Step::kGroupCut, call.settings.delays.cut);
  return TextAnswer("SnapshotGroupId", group->id);
}

}  // namespace cloudapi
