#include "driver/controller/attachments.h"

#include <algorithm>
#include <utility>

#include "driver/base/crash_points.h"
#include "driver/cloud/retry.h"
#include "driver/controller/pv_labeler.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using grpc::StatusCode;

bool IsOn(const Disk& disk, const std::string& instance_id) {
  return std::ranges::find(disk.attached_to, instance_id) != disk.attached_to.end();
}

std::string Describe(const Disk& disk) {
  std::string text = "volume " + disk.id + " is " + std::string(ToString(disk.status));
  if (!disk.attached_to.empty()) text += " on " + disk.attached_to.front();
  return text;
}

Parameters PublishContext(const Profile& profile, const Disk& disk) {
  Parameters context = {{std::string(kSerialNumberKey), disk.serial}};
  if (!profile.speaks_ack && disk.snapshot_id.empty() && !disk.detached_before &&
      !disk.multi_attach) {
    context[std::string(kBlankKey)] = "true";
  }
  return context;
}

// Refusals after which a look at the disk tells more than the code does.
bool IsWorthAnotherLook(const CloudError& error) {
  return IsTransient(error) || error.code == kNoAnswer;
}

// Refusals of a detachment that say that the instance does not have the disk.
bool SaysNotAttached(const CloudError& error) {
  return error.code == "InvalidDisk.AlreadyDetached" || error.code == "DependencyViolation" ||
         error.code == "InvalidInstanceId.NotFound" || error.code == "InvalidDiskId.NotFound";
}

// The instances that the call is about and that may still have the disk.
std::vector<std::string> MayBeOn(const UnpublishVolumeRequest& wanted, const Disk& disk) {
  if (wanted.node_id.empty()) return disk.attached_to;
  // Beside those listed another attachment may be coming, which the cloud lists only when it is
  // complete: what it answers to a detachment tells.
  const bool may_come = disk.multi_attach && disk.status == DiskStatus::kInUse;
  if (IsOn(disk, wanted.node_id) || may_come) return {wanted.node_id};
  return {};
}

}  // namespace

AttachStep NextAttachStep(const Disk& disk, const std::string& instance_id) {
  const bool here = IsOn(disk, instance_id);
  switch (disk.status) {
    case DiskStatus::kInUse:
      if (here) return AttachStep::kDone;
      return disk.multi_attach ? AttachStep::kAttach : AttachStep::kElsewhere;
    case DiskStatus::kAvailable: return AttachStep::kAttach;
    case DiskStatus::kAttaching:
      if (here || disk.attached_to.empty() || disk.multi_attach) return AttachStep::kWait;
      return AttachStep::kElsewhere;
    case DiskStatus::kCreating:
    case DiskStatus::kDetaching:
    case DiskStatus::kReIniting:
    case DiskStatus::kOther: return AttachStep::kWait;
  }
  return AttachStep::kWait;
}

Attachments::Attachments(ControllerContext context) : context_(std::move(context)) {}

Result<Parameters> Attachments::Publish(const PublishVolumeRequest& wanted,
                                        const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + wanted.volume_id);
  if (!guard) return Fail(guard.error());
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
  if (!disk) return Fail(disk.error());
  const bool moving =
      disk->status == DiskStatus::kAttaching || disk->status == DiskStatus::kDetaching;
  if (context_.profile.takes_disks_away && moving && !disk->multi_attach) {
    return Fail(StatusCode::ABORTED, Describe(*disk));
  }
  auto fits = CheckPlaces(wanted, *disk, deadline);
  if (!fits) return Fail(fits.error());
  disk = AttachAndWait(wanted, std::move(*disk), deadline);
  if (!disk) return Fail(disk.error());
  if (context_.pv_labeler != nullptr) context_.pv_labeler->Enqueue(*disk);
  CrashPoint("publish.before-answer");
  return PublishContext(context_.profile, *disk);
}

Result<void> Attachments::CheckPlaces(const PublishVolumeRequest& wanted, const Disk& disk,
                                      const Deadline& deadline) {
  auto instances = RetryThrottled(context_.clock, deadline, "look for node " + wanted.node_id, [&] {
    return context_.cloud.DescribeInstances({wanted.node_id});
  });
  if (!instances) return Fail(instances.error());
  if (instances->empty()) {
    return Fail(StatusCode::NOT_FOUND, "node " + wanted.node_id + " does not exist");
  }
  if (IsMultiNode(wanted.use.mode) && !disk.multi_attach) {
    return Fail(StatusCode::INVALID_ARGUMENT,
                "volume " + disk.id + " cannot be on several nodes: multiAttach is off");
  }
  if (!context_.profile.takes_disks_away && !IsMultiNode(wanted.use.mode) &&
      !disk.attached_to.empty() && !IsOn(disk, wanted.node_id) &&
      disk.status != DiskStatus::kDetaching) {
    return Fail(StatusCode::FAILED_PRECONDITION, Describe(disk));
  }
  return {};
}

Result<Disk> Attachments::AttachAndWait(const PublishVolumeRequest& wanted, Disk disk,
                                        const Deadline& deadline) {
  const std::string doing = "attach volume " + disk.id + " to " + wanted.node_id;
  Poller poller(context_.clock, deadline);
  while (true) {
    std::optional<CloudError> refusal;
    switch (NextAttachStep(disk, wanted.node_id)) {
      case AttachStep::kDone: return disk;
      case AttachStep::kElsewhere:
        if (!context_.profile.takes_disks_away) {
          return Fail(StatusCode::FAILED_PRECONDITION, Describe(disk));
        }
        if (auto taken = TakeFrom(disk, deadline); !taken) return Fail(taken.error());
        break;
      case AttachStep::kWait: break;
      case AttachStep::kAttach: {
        CrashPoint("publish.before-attach-disk");
        auto attached = RetryThrottled(context_.clock, deadline, [&] {
          return context_.cloud.AttachDisk({disk.id, wanted.node_id});
        });
        CrashPoint("publish.after-attach-disk");
        if (!attached) refusal = attached.error();
      }
    }
    if (refusal && !IsWorthAnotherLook(*refusal)) return Fail(Translate(*refusal, doing));
    if (!poller.Pause()) {
      return Fail(refusal ? Translate(*refusal, doing) : DeadlineExceeded(Describe(disk)));
    }
    auto looked = GetDisk(context_.cloud, context_.clock, deadline, disk.id);
    if (!looked) return looked;
    disk = std::move(*looked);
  }
}

Result<void> Attachments::TakeFrom(const Disk& disk, const Deadline& deadline) {
  if (disk.attached_to.empty()) return Fail(StatusCode::ABORTED, Describe(disk));
  const std::string& instance = disk.attached_to.front();
  const auto detached = RetryThrottled(context_.clock, deadline, [&] {
    return context_.cloud.DetachDisk({disk.id, instance});
  });
  if (detached || SaysNotAttached(detached.error()) || IsWorthAnotherLook(detached.error())) {
    return {};
  }
  return Fail(Translate(detached.error(), "take volume " + disk.id + " from " + instance));
}

Result<void> Attachments::TakeAway(const std::string& volume_id, const Deadline& deadline) {
  auto disk = FindDisk(context_.cloud, context_.clock, deadline, volume_id);
  if (!disk) return Fail(disk.error());
  if (!*disk || (*disk)->multi_attach || (*disk)->attached_to.empty()) return {};
  const std::string instance = (*disk)->attached_to.front();
  // Those of serverless containers are not ours to take disks from.
  if (instance.starts_with("eci-") || instance.starts_with("acs-")) {
    return Fail(StatusCode::FAILED_PRECONDITION, Describe(**disk));
  }
  return Unpublish({volume_id, instance}, deadline);
}

Result<void> Attachments::Unpublish(const UnpublishVolumeRequest& wanted,
                                    const Deadline& deadline) {
  const auto guard = context_.locks.Lock("volume " + wanted.volume_id);
  if (!guard) return Fail(guard.error());
  Poller poller(context_.clock, deadline);
  while (true) {
    auto disk = FindDisk(context_.cloud, context_.clock, deadline, wanted.volume_id);
    if (!disk) return Fail(disk.error());
    if (!*disk) return {};
    auto detached = IsDetached(wanted, **disk, deadline);
    if (!detached) return Fail(detached.error());
    if (*detached) return {};
    if (!poller.Pause()) return Fail(DeadlineExceeded(Describe(**disk)));
  }
}

Result<bool> Attachments::IsDetached(const UnpublishVolumeRequest& wanted, const Disk& disk,
                                     const Deadline& deadline) {
  // The cloud does not say to whom.
  if (disk.status == DiskStatus::kAttaching) return false;
  const auto instances = MayBeOn(wanted, disk);
  if (disk.status != DiskStatus::kInUse) return instances.empty();
  bool gone = true;
  for (const auto& instance : instances) {
    auto detached = RetryThrottled(context_.clock, deadline, [&] {
      return context_.cloud.DetachDisk({disk.id, instance});
    });
    CrashPoint("unpublish.after-detach-disk");
    if (!detached && SaysNotAttached(detached.error())) continue;
    gone = false;
    if (!detached && !IsWorthAnotherLook(detached.error())) {
      return Fail(Translate(detached.error(), "detach volume " + disk.id + " from " + instance));
    }
  }
  return gone;
}

}  // namespace driver
