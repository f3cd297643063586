#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/rules/disk_tuning.h"
#include "cloudapi/rules/limits.h"
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

Result<void> CheckHoldsImage(std::int64_t size_gib, std::int64_t image_gib) {
  if (size_gib >= image_gib) return {};
  return Refuse(400, "InvalidSystemDiskSize.LessThanImageSize", "system-disk.image-size",
                fmt::format("SystemDisk.Size is {} GiB, the image has {}.", size_gib, image_gib),
                {{"size", std::to_string(size_gib)}, {"image.size", std::to_string(image_gib)}});
}

// Whether the instance's type takes the category and its zone has some.
Result<void> CheckSystemCategory(const Instance& instance, const std::string& name,
                                 const topology::Catalogue& catalogue) {
  const topology::Category* category = catalogue.FindCategory(name);
  const topology::InstanceType* type = catalogue.FindInstanceType(instance.type);
  const topology::Zone* zone = catalogue.FindZone(instance.zone);
  const bool fits = category != nullptr && category->zonal && type != nullptr &&
                    std::ranges::find(type->categories, name) != type->categories.end();
  const bool offered =
      zone != nullptr &&
      std::ranges::find(zone->offers, name, &topology::Offer::category) != zone->offers.end();
  if (!fits || !offered) {
    return Refuse(400, "InvalidSystemDiskCategory.ValueNotSupported", "system-disk.category",
                  fmt::format("A {} in {} has no system disk of category {}.", instance.type,
                              instance.zone, name),
                  {{"category", name}, {"zone", instance.zone}});
  }
  if (catalogue.Sells(instance.zone, name)) return {};
  return Refuse(403, "OperationDenied.NoStock", "system-disk.stock",
                fmt::format("Category {} is sold out in zone {}.", name, instance.zone),
                {{"category", name}, {"zone", instance.zone}});
}

Result<void> CheckSystemLevel(const topology::Category& category, const std::string& level) {
  const bool known = level.empty() ||
                     std::ranges::find(category.levels, level, &topology::PerformanceLevel::name) !=
                         category.levels.end();
  if (known) return {};
  return Refuse(400, "InvalidPerformanceLevel.Malformed", "system-disk.level",
                fmt::format("{} is not a performance level of {}.", level, category.name),
                {{"category", category.name}, {"level", level}});
}

Result<void> CheckSystemTuning(const Disk& disk, const SystemDiskTerms& terms) {
  if (!terms.kms_key_id.empty() && !terms.encrypted) {
    return Refuse(400, "InvalidParameter.EncryptedIllegal", "system-disk.key-without-encryption",
                  "SystemDisk.KMSKeyId needs SystemDisk.Encrypted=true.",
                  {{"key", terms.kms_key_id}});
  }
  const TunedDisk tuned{
      .category = disk.category, .level = disk.performance_level, .size_gib = disk.size_gib};
  if (auto iops = CheckProvisionedIops(tuned, terms.provisioned_iops); !iops) return iops;
  return terms.bursting ? CheckBursting(tuned) : Result<void>();
}

Result<void> CheckSystemTexts(const SystemDiskTerms& terms) {
  if (!terms.name.empty()) {
    if (auto name = CheckName(terms.name, "InvalidDiskName.Malformed"); !name) return name;
  }
  return CheckDescription(terms.description, 400);
}

}  // namespace

Result<Disk> NewSystemDisk(const Instance& instance, const SystemDiskTerms& terms,
                           const topology::Catalogue& catalogue) {
  Disk disk = NewSystemDisk(instance, catalogue);
  if (!terms.category.empty()) disk.category = terms.category;
  if (auto sold = CheckSystemCategory(instance, disk.category, catalogue); !sold)
    return Fail(sold.error());
  const topology::Category& category = *catalogue.FindCategory(disk.category);
  for (const Result<void>& checked :
       {CheckSystemLevel(category, terms.performance_level), CheckSystemTexts(terms)}) {
    if (!checked) return Fail(checked.error());
  }
  disk.performance_level =
      terms.performance_level.empty() ? category.default_level : terms.performance_level;
  const auto data = catalogue.Sizes(disk.category, disk.performance_level);
  const std::int64_t least = SystemSizes(disk.category, data.value_or(category.sizes)).min;
  disk.size_gib = terms.size_gib.value_or(std::max({disk.size_gib, least, terms.image_gib}));
  for (const Result<void>& checked :
       {CheckSystemSize(disk, disk.size_gib, catalogue),
        CheckHoldsImage(disk.size_gib, terms.image_gib), CheckSystemTuning(disk, terms)}) {
    if (!checked) return Fail(checked.error());
  }
  disk.encrypted = terms.encrypted;
  disk.kms_key_id = terms.kms_key_id;
  disk.provisioned_iops = terms.provisioned_iops;
  disk.bursting_enabled = terms.bursting;
  disk.guest_size_gib = disk.size_gib;
  disk.name = terms.name;
  disk.description = terms.description;
  disk.image_id = terms.image_id;
  disk.source_snapshot_id = terms.snapshot_id;
  disk.tags = terms.tags;
  return disk;
}

Result<Disk> ReplacementOf(const Disk& present, const SystemDiskRequest& request,
                           bool snapshot_progressing, const topology::Catalogue& catalogue) {
  if (request.image_id.empty()) {
    return Refuse(400, "MissingParameter", "replace.image", "The parameter ImageId is missing.");
  }
  if (!request.kms_key_id.empty() && !request.encrypted) {
    return Refuse(400, "InvalidParameter.EncryptedIllegal", "replace.key-without-encryption",
                  "KMSKeyId needs Encrypted=true.", {{"key", request.kms_key_id}});
  }
  const std::int64_t size =
      request.size_gib.value_or(std::max(present.size_gib, request.image_gib));
  for (const Result<void>& checked :
       {CheckPresent(present, snapshot_progressing), CheckSystemSize(present, size, catalogue),
        CheckHoldsImage(size, request.image_gib)}) {
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
            .source_snapshot_id = request.snapshot_id,
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
