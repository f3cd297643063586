#pragma once
// Disks in every state, as the transitions would have left them.
#include <array>
#include <string>

#include "cloudapi/resources/kinds.h"

namespace cloudapi {

inline constexpr std::array kAllDiskStatuses = {DiskStatus::kCreating,  DiskStatus::kAvailable,
                                                DiskStatus::kAttaching, DiskStatus::kInUse,
                                                DiskStatus::kDetaching, DiskStatus::kReIniting};

// A disk of cn-hangzhou-b; in the attached states it is with i-1.
inline Disk DiskIn(DiskStatus status) {
  Disk disk{.id = "d-1",
            .account = "a",
            .region = "cn-hangzhou",
            .zone = "cn-hangzhou-b",
            .status = status,
            .category = "cloud_essd",
            .performance_level = "PL1",
            .size_gib = 20,
            .guest_size_gib = 20,
            .seq = 1};
  Attachment attachment{.instance_id = "i-1", .device = "/dev/xvdb"};
  switch (status) {
    case DiskStatus::kCreating:
    case DiskStatus::kAvailable: return disk;
    case DiskStatus::kAttaching: attachment.state = AttachmentState::kAttaching; break;
    case DiskStatus::kInUse:
    case DiskStatus::kReIniting: attachment.state = AttachmentState::kAttached; break;
    case DiskStatus::kDetaching: attachment.state = AttachmentState::kDetaching; break;
  }
  disk.ever_attached = status != DiskStatus::kAttaching;
  disk.attachments = {attachment};
  return disk;
}

inline Instance RunningInstance(const std::string& id) {
  return {.id = id,
          .account = "a",
          .region = "cn-hangzhou",
          .zone = "cn-hangzhou-b",
          .status = InstanceStatus::kRunning,
          .type = "ecs.g7.xlarge",
          .seq = 2};
}

}  // namespace cloudapi
