// ModifyDiskSpec and its tasks.
#include <algorithm>

#include "driver/testing/fake_cloud.h"
#include "driver/testing/refuse.h"

namespace driver {

void FakeCloud::SettleTask(TaskRow& row, Instant now) {
  if (row.task.status != CloudTaskStatus::kProcessing || row.due > now) return;
  row.task.status = row.fails ? CloudTaskStatus::kFailed : CloudTaskStatus::kFinished;
  const auto found = disks_.find(row.change.disk_id);
  if (row.fails || found == disks_.end()) return;
  Disk& disk = found->second.disk;
  if (!row.change.category.empty()) disk.category = row.change.category;
  const bool essd = disk.category == "cloud_essd";
  disk.performance_level = !essd ? "" : row.change.level.empty() ? "PL1" : row.change.level;
  if (row.change.provisioned_iops) disk.provisioned_iops = *row.change.provisioned_iops;
}

CloudResult<void> FakeCloud::CheckChange(const SpecChange& change) {
  auto row = FindRow(change.disk_id);
  if (!row) return Fail(row.error());
  const Disk& disk = (*row)->disk;
  if (disk.status != DiskStatus::kInUse && disk.status != DiskStatus::kAvailable) {
    return Refuse(403, "IncorrectDiskStatus", disk.id);
  }
  if (disk.multi_attach) return Refuse(403, "InvalidOperation.MultiAttachDisk", disk.id);
  const bool busy = std::ranges::any_of(tasks_, [&](const auto& entry) {
    return entry.second.change.disk_id == disk.id &&
           entry.second.task.status == CloudTaskStatus::kProcessing;
  });
  if (busy) return Refuse(403, "InvalidStatus.DiskNotReady", disk.id);
  const std::string category = change.category.empty() ? disk.category : change.category;
  const bool backwards = category != disk.category &&
                         (category == "cloud_ssd" || category == "cloud_efficiency") &&
                         disk.category != "cloud_efficiency";
  if (backwards) return Refuse(403, "InvalidDiskCategory.NotSupported", disk.id);
  const std::string level = category != "cloud_essd"    ? ""
                            : !change.level.empty()     ? change.level
                            : category == disk.category ? disk.performance_level
                                                        : "PL1";
  if (level == "PL0" && disk.performance_level != level) {
    return Refuse(403, "InvalidPerformanceLevel.TooLow", disk.id);
  }
  if (category == disk.category && level == disk.performance_level &&
      change.provisioned_iops.value_or(disk.provisioned_iops) == disk.provisioned_iops) {
    return Refuse(400, "NoChangeInDiskCategoryAndPerformanceLevel", disk.id);
  }
  const auto sizes = catalogue_.Sizes(category, level);
  if (!sizes || !sizes->Contains(disk.size_gib)) {
    return Refuse(403, "OperationDenied.PerformanceLevelNotMatch", disk.id);
  }
  return {};
}

CloudResult<std::string> FakeCloud::ModifyDiskSpec(const SpecChange& change) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  if (auto fits = CheckChange(change); !fits) return Fail(fits.error());
  if (change.dry_run) return Refuse(400, "DryRunOperation", change.disk_id);
  const std::string id = NextId("t-");
  tasks_[id] = {.task = {.id = id}, .change = change, .due = clock_.Now() + delays_.spec};
  return id;
}

CloudResult<std::vector<CloudTask>> FakeCloud::DescribeTasks(const TaskQuery& query) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  std::vector<CloudTask> tasks;
  for (auto row = tasks_.rbegin(); row != tasks_.rend(); ++row) {
    const TaskRow& task = row->second;
    const bool asked =
        query.id.empty() ? task.change.disk_id == query.disk_id : task.task.id == query.id;
    const bool shown = !query.under_way || task.task.status == CloudTaskStatus::kProcessing;
    if (asked && shown) tasks.push_back(task.task);
  }
  return tasks;
}

void FakeCloud::FailTask(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  tasks_.at(id).fails = true;
}

}  // namespace driver
