#include <fmt/format.h>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Its bytes are under way, or a snapshot is made of what would go.
Result<void> CheckDisk(const WriteCall& call, const Disk& disk, bool goes) {
  const bool busy = disk.status == DiskStatus::kReIniting ||
                    (goes && IsOneProgressing(call.tx.SnapshotsOf(disk)));
  if (!busy) return {};
  return Refuse(403, "IncorrectInstanceStatus", "delete-instance.disk",
                fmt::format("Disk {} is {} or under a snapshot that progresses.", disk.id,
                            WordOf(disk.status)),
                {{"disk", disk.id}});
}

// The disk leaves an instance that has no device of it, so nothing is waited for. With
// DeleteWithInstance it goes too.
Result<void> LetGo(const WriteCall& call, const Instance& instance, const Disk& disk) {
  const bool goes = disk.delete_with_instance && disk.attachments.size() == 1;
  if (auto free = CheckDisk(call, disk, goes); !free) return free;
  if (goes) {
    ReleaseDisk(call.tx, disk);
    return {};
  }
  const auto detaching = ForceDetach(disk, instance.id);
  if (!detaching) return Fail(detaching.error());
  const auto detached = CompleteDetach(*detaching, instance.id, call.tx.Now());
  if (!detached) return Fail(detached.error());
  call.tx.Put(*detached);
  return {};
}

Result<void> DeleteOne(const WriteCall& call, const std::string& id) {
  const auto instance = Find<Instance>(call, id);
  if (!instance) return Fail(instance.error());
  if (auto allowed = CheckDeleteInstance(*instance, call.args.IsTrue("Force")); !allowed)
    return allowed;
  if (const auto system = call.tx.SystemDiskOf(*instance)) {
    if (auto free = CheckDisk(call, *system, true); !free) return free;
  }
  for (const Disk& disk : call.tx.DataDisksOf(*instance)) {
    if (auto gone = LetGo(call, *instance, disk); !gone) return gone;
  }
  call.tx.Unschedule(*instance);
  RemoveInstance(call.tx, *instance);
  return {};
}

}  // namespace

Result<Answer> DeleteInstance(const WriteCall& call) {
  if (auto deleted = DeleteOne(call, call.args.TextOrEmpty("InstanceId")); !deleted)
    return Fail(deleted.error());
  return Answer{};
}

Result<Answer> DeleteInstances(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  for (const std::string& id : call.args.List("InstanceId")) {
    if (auto deleted = DeleteOne(call, id); !deleted) return Fail(deleted.error());
  }
  return Answer{};
}

}  // namespace cloudapi
