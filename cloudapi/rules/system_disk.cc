#include <fmt/format.h>

#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

Result<void> CheckPresent(const Disk& present, bool snapshot_progressing) {
  if (present.status != DiskStatus::kInUse) {
    return Refuse(
        403, "IncorrectDiskStatus", "replace.disk-status",
        fmt::format("Disk {} is {}, it must be In_use.", present.id, WordOf(present.status)),
        {{"disk.status", std::string(WordOf(present.status))}});
  }
  if (!snapshot_progressing) return {};
  return Refuse(403, "DiskCreatingSnapshot", "replace.snapshot",
                fmt::format("A snapshot of disk {} is progressing.", present.id));
}

Result<void> CheckSystemSize(const Disk& present, std::int64_t size_gib,
                             const topology::Catalogue& catalogue) {
  const auto data = catalogue.Sizes(present.category, present.performance_level);
  if (!data) return {};
  const topology::SizeRange sizes = SystemSizes(present.category, *data);
  if (size_gib >= sizes.min && size_gib <= sizes.max) return {};
  return Refuse(400, "InvalidSystemDiskSize.ValueNotSupported", "replace.size",
                fmt::format("SystemDisk.Size is {} GiB; {} to {} are taken for {}.", size_gib,
                            sizes.min, sizes.max, present.category),
                {{"size", std::to_string(size_gib)}});
}

}  // namespace

Result<Disk> ReplacementOf(const Disk& present, const SystemDiskRequest& request,
                           bool snapshot_progressing, const topology::Catalogue& catalogue) {
  if (request.image_id.empty()) {
    return Refuse(400, "MissingParameter", "replace.image", "The parameter ImageId is missing.");
  }
  if (!request.kms_key_id.empty() && !request.encrypted) {
    return Refuse(400, "InvalidParameter.EncryptedIllegal", "replace.key-without-encryption",
                  "KMSKeyId needs Encrypted=true.", {{"key", request.kms_key_id}});
  }
  const std::int64_t size = request.size_gib.value_or(present.size_gib);
  for (const Result<void>& checked :
       {CheckPresent(present, snapshot_progressing), CheckSystemSize(present, size, catalogue)}) {
    if (!checked) return Fail(checked.error());
  }
  Disk next{.account = present.account,
            .region = present.region,
            .zone = present.zone,
            .category = present.category,
            .performance_level = present.performance_level,
            .size_gib = size,
            .guest_size_gib = size,
            .type = present.type,
            .name = present.name,
            .description = present.description,
            .encrypted = request.encrypted,
            .kms_key_id = request.kms_key_id,
            .delete_auto_snapshot = present.delete_auto_snapshot,
            .delete_with_instance = present.delete_with_instance,
            .enable_auto_snapshot = present.enable_auto_snapshot,
            .portable = present.portable,
            .resource_group_id = present.resource_group_id,
            .image_id = request.image_id,
            .attachments = present.attachments,
            .tags = present.tags};
  for (Attachment& attachment : next.attachments) {
    attachment.state = AttachmentState::kAttaching;
    attachment.attached_time.reset();
  }
  return next;
}

}  // namespace cloudapi
