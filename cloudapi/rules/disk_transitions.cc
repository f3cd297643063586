#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/rules/disk_tuning.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Of the attachments together: with several, the most usable one decides.
DiskStatus StatusOf(const std::vector<Attachment>& attachments) {
  const auto any = [&](AttachmentState state) {
    return std::ranges::find(attachments, state, &Attachment::state) != attachments.end();
  };
  if (any(AttachmentState::kAttached)) return DiskStatus::kInUse;
  if (any(AttachmentState::kAttaching)) return DiskStatus::kAttaching;
  if (any(AttachmentState::kDetaching)) return DiskStatus::kDetaching;
  return DiskStatus::kAvailable;
}

std::vector<Attachment>::iterator Locate(Disk& disk, std::string_view instance_id) {
  return std::ranges::find(disk.attachments, instance_id, &Attachment::instance_id);
}

std::vector<Fact> StatusFacts(const Disk& disk) {
  return {{"disk.status", std::string(WordOf(disk.status))}};
}

// A completion that finds the disk elsewhere than where its job left it.
tl::unexpected<ApiError> NotPending(const Disk& disk, std::string_view instance_id,
                                    std::string_view expected) {
  return Refuse(403, "IncorrectDiskStatus", "complete.pending",
                fmt::format("Disk {} is {}, its attachment to {} is not {}.", disk.id,
                            WordOf(disk.status), instance_id, expected),
                StatusFacts(disk));
}

Result<void> CheckAttributes(const Disk& disk, const DiskAttributes& attributes) {
  if (disk.status == DiskStatus::kCreating) {
    return Refuse(403, "IncorrectDiskStatus", "modify.disk-status",
                  fmt::format("Disk {} is Creating, it cannot be modified yet.", disk.id),
                  StatusFacts(disk));
  }
  if (attributes.name && !attributes.name->empty()) {
    auto name = CheckName(*attributes.name, "InvalidDiskName.Malformed");
    if (!name) return name;
  }
  if (attributes.description) {
    if (auto text = CheckDescription(*attributes.description, 404); !text) return text;
  }
  if (attributes.delete_with_instance.value_or(false) && disk.multi_attach) {
    return Refuse(
        403, "DeleteWithInstance.Conflict", "modify.delete-with-instance",
        fmt::format("Disk {} is multi-attach and cannot be deleted with an instance.", disk.id));
  }
  if (!attributes.delete_with_instance.value_or(true) && IsEphemeral(disk.category)) {
    return Refuse(403, "DeleteWithInstance.Conflict", "modify.ephemeral-goes",
                  fmt::format("Disk {} is ephemeral and goes with its instance.", disk.id));
  }
  if (!attributes.delete_with_instance.value_or(true) && !disk.portable) {
    return Refuse(403, "DiskNotPortable", "modify.portable",
                  fmt::format("Disk {} goes with its instance.", disk.id));
  }
  if (attributes.bursting.value_or(false)) {
    return CheckBursting({.category = disk.category,
                          .level = disk.performance_level,
                          .size_gib = disk.size_gib,
                          .multi_attach = disk.multi_attach});
  }
  return {};
}

Result<void> CheckResizeStatus(const Disk& disk, const ResizeTerms& terms) {
  const bool in_use = disk.status == DiskStatus::kInUse;
  if (!in_use && (terms.online || disk.status != DiskStatus::kAvailable)) {
    return Refuse(403, "IncorrectDiskStatus", "resize.disk-status",
                  fmt::format("Disk {} is {}, it must be {}.", disk.id, WordOf(disk.status),
                              terms.online ? "In_use to be resized online" : "In_use or Available"),
                  StatusFacts(disk));
  }
  for (const Instance& instance : terms.instances) {
    const bool running = instance.status == InstanceStatus::kRunning;
    if (running || (!terms.online && instance.status == InstanceStatus::kStopped)) continue;
    return Refuse(403,
                  terms.online ? "InvalidInstanceStatus.NotRunning" : "IncorrectInstanceStatus",
                  "resize.instance-status",
                  fmt::format("Disk {} is attached to instance {}, which is {}.", disk.id,
                              instance.id, WordOf(instance.status)),
                  {{"instance.status", std::string(WordOf(instance.status))}});
  }
  if (!terms.snapshot_progressing) return {};
  return Refuse(403, "DiskCreatingSnapshot", "resize.snapshot",
                fmt::format("A snapshot of disk {} is progressing.", disk.id));
}

Result<void> CheckResizeSize(const Disk& disk, const ResizeTerms& terms,
                             const topology::Catalogue& catalogue) {
  const topology::Category* category = catalogue.FindCategory(disk.category);
  if (terms.online && category != nullptr && !category->online_resize) {
    return Refuse(
        403, "InvalidDiskCategory.NotSupported", "resize.online-category",
        fmt::format("Disk {} is {}, which is resized offline only.", disk.id, disk.category),
        {{"category", disk.category}});
  }
  const std::vector<Fact> facts = {{"size", std::to_string(disk.size_gib)},
                                   {"new-size", std::to_string(terms.new_size_gib)}};
  auto sizes = catalogue.Sizes(disk.category, disk.performance_level);
  if (sizes && IsSystem(disk)) sizes = SystemSizes(disk.category, *sizes);
  if (sizes && terms.new_size_gib < sizes->min) {
    return Refuse(
        400, "InvalidParameter", "resize.category-minimum",
        fmt::format("The parameter NewSize is {}; disk {} of category {} has {} GiB or more.",
                    terms.new_size_gib, disk.id, disk.category, sizes->min),
        facts);
  }
  if (terms.new_size_gib < disk.size_gib) {
    return Refuse(403, "InvalidDiskSize.TooSmall", "resize.shrink",
                  fmt::format("Disk {} has {} GiB and cannot shrink to {}.", disk.id, disk.size_gib,
                              terms.new_size_gib),
                  facts);
  }
  if (terms.new_size_gib == disk.size_gib) {
    return Refuse(403, "InvalidDiskSize", "resize.same",
                  fmt::format("Disk {} already has {} GiB.", disk.id, disk.size_gib), facts);
  }
  if (!sizes || terms.new_size_gib <= sizes->max) return {};
  return Refuse(
      403, "InvalidDiskSize.TooLarge", "resize.category-maximum",
      fmt::format("Disk {} of category {} cannot grow to {} GiB, the most is {}.", disk.id,
                  disk.category, terms.new_size_gib, sizes->max),
      {{"new-size", std::to_string(terms.new_size_gib)}, {"max", std::to_string(sizes->max)}});
}

}  // namespace

Result<Disk> CompleteCreate(Disk disk, SysMillis now) {
  if (disk.status != DiskStatus::kCreating) {
    return Refuse(403, "IncorrectDiskStatus", "complete.creating",
                  fmt::format("Disk {} is {}, not Creating.", disk.id, WordOf(disk.status)),
                  StatusFacts(disk));
  }
  for (Attachment& attachment : disk.attachments) {
    attachment.state = AttachmentState::kAttached;
    attachment.attached_time = now;
    disk.attached_time = now;
    disk.ever_attached = true;
  }
  disk.status = StatusOf(disk.attachments);
  return disk;
}

Result<Disk> CompleteAttach(Disk disk, std::string_view instance_id, SysMillis now) {
  const auto attachment = Locate(disk, instance_id);
  if (attachment == disk.attachments.end() || attachment->state != AttachmentState::kAttaching) {
    return NotPending(disk, instance_id, "Attaching");
  }
  attachment->state = AttachmentState::kAttached;
  attachment->attached_time = now;
  disk.attached_time = now;
  disk.ever_attached = true;
  disk.status = StatusOf(disk.attachments);
  disk.guest_size_gib = disk.size_gib;
  return disk;
}

Result<Disk> Detach(Disk disk, const Instance& instance, std::optional<bool> delete_with_instance) {
  const auto attachment = Locate(disk, instance.id);
  if (attachment == disk.attachments.end() && !disk.attachments.empty()) {
    return Refuse(
        403, "DependencyViolation", "detach.other-instance",
        fmt::format("Disk {} is {} on {}, not on {}.", disk.id, WordOf(disk.status),
                    disk.attachments.front().instance_id, instance.id),
        {{"disk.instance", disk.attachments.front().instance_id}, {"instance", instance.id}});
  }
  if (disk.status == DiskStatus::kAvailable) {
    return Refuse(404, "InvalidDisk.AlreadyDetached", "detach.attached",
                  fmt::format("Disk {} is Available, not attached to {}.", disk.id, instance.id),
                  StatusFacts(disk));
  }
  if (attachment == disk.attachments.end() || attachment->state == AttachmentState::kAttaching ||
      disk.status == DiskStatus::kReIniting) {
    return Refuse(403, "IncorrectDiskStatus", "detach.disk-status",
                  fmt::format("Disk {} is {}, it must be In_use.", disk.id, WordOf(disk.status)),
                  StatusFacts(disk));
  }
  if (attachment->state == AttachmentState::kDetaching) {
    return Refuse(403, "InvalidOperation.DiskDetachingFromThisEcs", "detach.once",
                  fmt::format("Disk {} is already being detached from {}.", disk.id, instance.id),
                  StatusFacts(disk));
  }
  if (!IsAtRest(instance)) return NotAtRest(instance, 403, "detach.instance-status");
  if (IsSystem(disk) && instance.status != InstanceStatus::kStopped) {
    return Refuse(403, "DiskTypeViolation", "detach.system-disk",
                  fmt::format("Disk {} is the system disk of instance {}, which is Running.",
                              disk.id, instance.id),
                  {{"disk.type", disk.type}});
  }
  if (disk.multi_attach && delete_with_instance.has_value()) {
    return Refuse(
        403, "DeleteWithInstance.Conflict", "detach.delete-with-instance",
        fmt::format("Disk {} is multi-attach and cannot be deleted with an instance.", disk.id));
  }
  if (IsEphemeral(disk.category) && !delete_with_instance.value_or(false)) {
    return Refuse(403, "InvalidParameter.DeleteWithInstance", "detach.ephemeral-goes",
                  fmt::format("Disk {} is ephemeral and goes with its instance: DeleteWithInstance "
                              "must be true.",
                              disk.id));
  }
  attachment->state = AttachmentState::kDetaching;
  disk.status = StatusOf(disk.attachments);
  return disk;
}

Result<Disk> CompleteDetach(Disk disk, std::string_view instance_id, SysMillis now) {
  const auto attachment = Locate(disk, instance_id);
  if (attachment == disk.attachments.end() || attachment->state != AttachmentState::kDetaching) {
    return NotPending(disk, instance_id, "Detaching");
  }
  disk.attachments.erase(attachment);
  disk.detached_time = now;
  disk.status = StatusOf(disk.attachments);
  if (disk.attachments.empty()) {
    disk.delete_with_instance = !disk.home_instance_id.empty();
    disk.guest_size_gib = disk.size_gib;
  }
  return disk;
}

Result<Disk> ForceDetach(Disk disk, std::string_view instance_id) {
  const auto attachment = Locate(disk, instance_id);
  if (attachment == disk.attachments.end()) {
    return Refuse(404, "InvalidDisk.AlreadyDetached", "force-detach.attached",
                  fmt::format("Disk {} is {}, not attached to {}.", disk.id, WordOf(disk.status),
                              instance_id),
                  StatusFacts(disk));
  }
  attachment->state = AttachmentState::kDetaching;
  disk.status = StatusOf(disk.attachments);
  return disk;
}

Result<void> CheckDelete(const Disk& disk, bool snapshot_progressing) {
  if (disk.status == DiskStatus::kCreating && !disk.source_snapshot_id.empty()) {
    return Refuse(403, "IncorrectDiskStatus.Initializing", "delete.initializing",
                  fmt::format("Disk {} is Creating: it is being filled from snapshot {}.", disk.id,
                              disk.source_snapshot_id),
                  StatusFacts(disk));
  }
  if (disk.status != DiskStatus::kAvailable) {
    const std::string holder =
        disk.attachments.empty() ? "" : " on " + disk.attachments.front().instance_id;
    return Refuse(403, "IncorrectDiskStatus", "delete.disk-status",
                  fmt::format("Disk {} is {}{}, it must be Available to be deleted.", disk.id,
                              WordOf(disk.status), holder),
                  StatusFacts(disk));
  }
  if (!snapshot_progressing) return {};
  return Refuse(403, "DiskCreatingSnapshot", "delete.snapshot",
                fmt::format("A snapshot of disk {} is progressing.", disk.id));
}

Result<Disk> Resize(Disk disk, const ResizeTerms& terms, const topology::Catalogue& catalogue) {
  if (auto status = CheckResizeStatus(disk, terms); !status) return Fail(status.error());
  if (auto size = CheckResizeSize(disk, terms, catalogue); !size) return Fail(size.error());
  disk.size_gib = terms.new_size_gib;
  if (terms.online || disk.status == DiskStatus::kAvailable) disk.guest_size_gib = disk.size_gib;
  return disk;
}

Result<Disk> ModifyAttribute(Disk disk, const DiskAttributes& attributes) {
  if (auto checked = CheckAttributes(disk, attributes); !checked) return Fail(checked.error());
  if (attributes.name) disk.name = *attributes.name;
  if (attributes.description) disk.description = *attributes.description;
  disk.delete_with_instance = attributes.delete_with_instance.value_or(disk.delete_with_instance);
  disk.delete_auto_snapshot = attributes.delete_auto_snapshot.value_or(disk.delete_auto_snapshot);
  disk.enable_auto_snapshot = attributes.enable_auto_snapshot.value_or(disk.enable_auto_snapshot);
  disk.bursting_enabled = attributes.bursting.value_or(disk.bursting_enabled);
  return disk;
}

}  // namespace cloudapi
