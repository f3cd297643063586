#include <fmt/format.h>

#include "cloudapi/actions/begin_task.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/rules/disk_spec.h"

namespace cloudapi {
namespace {

constexpr std::string_view kModifyDiskSpec = "ModifyDiskSpec";
constexpr std::string_view kModifyDiskDeployment = "ModifyDiskDeployment";

// No disk here moves.
Result<void> CheckZone(const ActionCall& call, const Disk& disk) {
  const std::string zone = call.args.TextOr("DestinationZoneId", disk.zone);
  if (zone == disk.zone) return {};
  return Refuse(403, "OperationDenied", "spec.zone",
                fmt::format("Disk {} stays in zone {}.", disk.id, disk.zone),
                {{"disk.zone", disk.zone}, {"zone", zone}});
}

SpecTerms SpecTermsOf(const WriteCall& call, const Disk& disk,
                      std::optional<std::int64_t> provisioned_iops) {
  return {.category = call.args.TextOrEmpty("DiskCategory"),
          .performance_level = call.args.TextOrEmpty("PerformanceLevel"),
          .provisioned_iops = provisioned_iops,
          .snapshot_progressing = IsOneProgressing(call.tx.SnapshotsOf(disk)),
          .growing = disk.guest_size_gib != disk.size_gib || HasJob(call.tx, disk, Step::kDiskGrow),
          .change_unfinished = HasJob(call.tx, disk, Step::kDiskSpec),
          .cooling = EndedSince(call.tx, disk, kModifyDiskSpec,
                                call.tx.Now() - call.settings.delays.spec_cooling),
          .instances = call.tx.InstancesOf(disk)};
}

// The disk gets the spec that the call names, as a task of `action`.
Result<Answer> BeginSpec(const WriteCall& call, const Disk& disk, std::string_view action,
                         std::optional<std::int64_t> provisioned_iops) {
  const auto spec = CheckSpec(disk, SpecTermsOf(call, disk, provisioned_iops), call.catalogue);
  if (!spec) return Fail(spec.error());
  const Task task = BeginTask(call, disk, action, FormatSpec(*spec));
  call.tx.Schedule(disk, Step::kDiskSpec, call.settings.delays.spec, {.task_id = task.id});
  return TextAnswer("TaskId", task.id);
}

}  // namespace

Result<Answer> ModifyDiskSpec(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  if (auto zone = CheckZone(call, *disk); !zone) return Fail(zone.error());
  return BeginSpec(call, *disk, kModifyDiskSpec, call.args.Integer("ProvisionedIops"));
}

// There are no dedicated clusters to move into or out of, so what is left of a deployment is the
// spec.
Result<Answer> ModifyDiskDeployment(const WriteCall& call) {
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  return BeginSpec(call, *disk, kModifyDiskDeployment, std::nullopt);
}

}  // namespace cloudapi
