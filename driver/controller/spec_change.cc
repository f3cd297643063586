#include "driver/controller/spec_change.h"

#include <algorithm>
#include <array>
#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"

namespace driver {
namespace {

using grpc::StatusCode;

// What the codes mean for a disk that exists: another place is no remedy.
// Source: alibaba-cloud-csi-driver.
struct SpecCode {
  std::string_view prefix;
  StatusCode code;
};
constexpr std::array kSpecCodes = {
    SpecCode{"InvalidDiskCategory", StatusCode::INVALID_ARGUMENT},
    SpecCode{"InvalidPerformanceLevel", StatusCode::INVALID_ARGUMENT},
    SpecCode{"InvalidProvisionedIops", StatusCode::INVALID_ARGUMENT},
    SpecCode{"InvalidOperation.MultiAttachDisk", StatusCode::INVALID_ARGUMENT},
    SpecCode{"OperationDenied.PerformanceLevelNotMatch", StatusCode::FAILED_PRECONDITION},
    SpecCode{"DiskInCoolingPeriod", StatusCode::FAILED_PRECONDITION},
    SpecCode{"ModifyingDiskCategoryLimitExceed", StatusCode::FAILED_PRECONDITION},
};

RpcError RefusalOf(const CloudError& error, const std::string& disk_id) {
  RpcError refusal = Translate(error, "change the category of volume " + disk_id);
  for (const SpecCode& row : kSpecCodes) {
    if (error.code.starts_with(row.prefix)) refusal.code = row.code;
  }
  return refusal;
}

bool IsBusy(const CloudError& error) {
  return error.code == "InvalidStatus.DiskNotReady" || error.code == "IncorrectDiskStatus";
}

Result<std::optional<CloudTask>> FindTask(const ControllerContext& context,
                                          const Deadline& deadline, const TaskQuery& query) {
  auto tasks = RetryThrottled(context.clock, deadline, "look for the task of " + query.disk_id,
                              [&] { return context.cloud.DescribeTasks(query); });
  if (!tasks) return Fail(tasks.error());
  if (tasks->empty()) return std::nullopt;
  return std::move(tasks->front());
}

Result<void> AwaitTask(const ControllerContext& context, const Deadline& deadline,
                       const SpecChange& spec, const std::string& task_id) {
  Poller poller(context.clock, deadline);
  while (true) {
    const auto task = FindTask(context, deadline, {.id = task_id, .disk_id = spec.disk_id});
    if (!task) return Fail(task.error());
    if (*task && (*task)->status == CloudTaskStatus::kFailed) {
      return Fail(StatusCode::INTERNAL,
                  "task " + task_id + " that changes volume " + spec.disk_id + " failed");
    }
    if (!*task || (*task)->status == CloudTaskStatus::kFinished) return {};
    if (!poller.Pause()) {
      return Fail(DeadlineExceeded("task " + task_id + " that changes volume " + spec.disk_id +
                                   " is under way"));
    }
  }
}

}  // namespace

std::optional<SpecChange> SpecToReach(const Disk& disk, const VolumeChange& change) {
  const std::string& category = change.category.empty() ? disk.category : change.category;
  SpecChange spec{.disk_id = disk.id};
  if (category != disk.category) spec.category = category;
  if (category == "cloud_essd" && change.level != disk.performance_level) {
    spec.level = change.level;
  }
  if (category == "cloud_auto" && change.provisioned_iops.value_or(0) != disk.provisioned_iops) {
    spec.provisioned_iops = change.provisioned_iops;
  }
  if (spec == SpecChange{.disk_id = disk.id}) return std::nullopt;
  // The cloud is told the whole target: without a level it would take the default one.
  spec.category = category;
  return spec;
}

Result<PreparedSpec> PrepareSpec(const ControllerContext& context, const Deadline& deadline,
                                 Disk disk, const VolumeChange& change) {
  while (true) {
    auto spec = SpecToReach(disk, change);
    if (!spec) return PreparedSpec{.disk = std::move(disk)};
    SpecChange trial = *spec;
    trial.dry_run = true;
    const auto tried = RetryThrottled(context.clock, deadline,
                                      [&] { return context.cloud.ModifyDiskSpec(trial); });
    if (tried) {
      return Fail(StatusCode::INTERNAL, "the dry run for volume " + disk.id + " changed it");
    }
    const CloudError& error = tried.error();
    if (error.code == "DryRunOperation") {
      return PreparedSpec{.disk = std::move(disk), .spec = std::move(spec)};
    }
    if (error.code == "NoChangeInDiskCategoryAndPerformanceLevel") {
      return PreparedSpec{.disk = std::move(disk)};
    }
    if (!IsBusy(error)) return Fail(RefusalOf(error, disk.id));
    const auto task = FindTask(context, deadline, {.disk_id = disk.id, .under_way = true});
    if (!task) return Fail(task.error());
    if (!*task) return Fail(RefusalOf(error, disk.id));
    if (auto ended = AwaitTask(context, deadline, *spec, (*task)->id); !ended) {
      return Fail(ended.error());
    }
    auto looked = GetDisk(context.cloud, context.clock, deadline, disk.id);
    if (!looked) return Fail(looked.error());
    disk = std::move(*looked);
  }
}

Result<void> ApplySpec(const ControllerContext& context, const Deadline& deadline,
                       const SpecChange& spec) {
  const auto task =
      RetryThrottled(context.clock, deadline, [&] { return context.cloud.ModifyDiskSpec(spec); });
  if (!task) return Fail(RefusalOf(task.error(), spec.disk_id));
  CrashPoint("modify.after-modify-disk-spec");
  return AwaitTask(context, deadline, spec, *task);
}

}  // namespace driver
