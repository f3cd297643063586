// Attachments of the fake.
#include <algorithm>

#include "driver/testing/fake_cloud.h"
#include "driver/testing/refuse.h"

namespace driver {

void FakeCloud::TellAttachments(DiskRow& row) {
  const auto any = [&](AttachmentState state) {
    return std::ranges::find(row.attachments, state, &AttachmentRow::state) !=
           row.attachments.end();
  };
  row.disk.status = any(AttachmentState::kAttached)    ? DiskStatus::kInUse
                    : any(AttachmentState::kAttaching) ? DiskStatus::kAttaching
                    : any(AttachmentState::kDetaching) ? DiskStatus::kDetaching
                                                       : DiskStatus::kAvailable;
  row.disk.attached_to.clear();
  for (const auto& attachment : row.attachments) {
    if (attachment.state != AttachmentState::kAttaching) {
      row.disk.attached_to.push_back(attachment.instance);
    }
  }
}

FakeCloud::AttachmentRow* FakeCloud::FindAttachment(DiskRow& row, const std::string& instance) {
  const auto found = std::ranges::find(row.attachments, instance, &AttachmentRow::instance);
  return found == row.attachments.end() ? nullptr : &*found;
}

void FakeCloud::SettleDisk(DiskRow& row, Instant now) {
  if (row.disk.status == DiskStatus::kCreating && row.created_due > now) return;
  const auto left = std::erase_if(row.attachments, [&](const AttachmentRow& attachment) {
    return attachment.state == AttachmentState::kDetaching && attachment.due <= now;
  });
  if (left > 0) row.disk.detached_before = true;
  for (auto& attachment : row.attachments) {
    if (attachment.state != AttachmentState::kAttaching || attachment.due > now) continue;
    attachment.state = AttachmentState::kAttached;
    row.ever_attached = true;
  }
  TellAttachments(row);
}

CloudResult<void> FakeCloud::CheckAttach(DiskRow& row, const Attachment& attachment) {
  const auto instance = instances_.find(attachment.instance_id);
  if (instance == instances_.end()) {
    return Refuse(404, "InvalidInstanceId.NotFound", "instance " + attachment.instance_id);
  }
  const Instance& there = instance->second.instance;
  const Disk& disk = row.disk;
  if (there.zone != disk.zone) {
    return Refuse(403, "ResourcesNotInSameZone", disk.zone + " and " + there.zone);
  }
  const bool joinable = disk.multi_attach && disk.status != DiskStatus::kCreating &&
                        FindAttachment(row, there.id) == nullptr;
  if (disk.status != DiskStatus::kAvailable && !joinable) {
    return Refuse(403, "IncorrectDiskStatus",
                  disk.id + " is " + std::string(ToString(disk.status)));
  }
  const auto on_there = std::ranges::count_if(disks_, [&](auto& entry) {
    return entry.second.disk.type == "data" && FindAttachment(entry.second, there.id) != nullptr;
  });
  if (on_there >= instance->second.disk_quantity) {
    return Refuse(403, "InstanceDiskLimitExceeded", there.id + " is full");
  }
  return {};
}

CloudResult<void> FakeCloud::AttachDisk(const Attachment& attachment) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto row = FindRow(attachment.disk_id);
  if (!row) return Fail(row.error());
  auto fits = CheckAttach(**row, attachment);
  if (!fits) return fits;
  (*row)->attachments.push_back(
      {.instance = attachment.instance_id, .due = clock_.Now() + delays_.attach});
  TellAttachments(**row);
  return {};
}

CloudResult<void> FakeCloud::DetachDisk(const Attachment& attachment) {
  const absl::MutexLock lock(&mutex_);
  Settle();
  auto row = FindRow(attachment.disk_id);
  if (!row) return Fail(row.error());
  if (!instances_.contains(attachment.instance_id)) {
    return Refuse(404, "InvalidInstanceId.NotFound", "instance " + attachment.instance_id);
  }
  const Disk& disk = (*row)->disk;
  const std::string state = disk.id + " is " + std::string(ToString(disk.status));
  auto* present = FindAttachment(**row, attachment.instance_id);
  if (present == nullptr && !(*row)->attachments.empty()) {
    return Refuse(403, "DependencyViolation", state + ", not on " + attachment.instance_id);
  }
  if (disk.status == DiskStatus::kAvailable) {
    return Refuse(404, "InvalidDisk.AlreadyDetached", state);
  }
  if (present == nullptr || present->state == AttachmentState::kAttaching) {
    return Refuse(403, "IncorrectDiskStatus", state);
  }
  if (present->state == AttachmentState::kDetaching) {
    return Refuse(403, "InvalidOperation.DiskDetachingFromThisEcs", state);
  }
  if (disk.type == "system") return Refuse(403, "DiskTypeViolation", state);
  present->state = AttachmentState::kDetaching;
  present->due = clock_.Now() + delays_.detach;
  TellAttachments(**row);
  return {};
}

}  // namespace driver
