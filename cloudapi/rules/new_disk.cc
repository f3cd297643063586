#include "cloudapi/rules/new_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "cloudapi/rules/disk_tuning.h"
#include "cloudapi/rules/limits.h"

namespace cloudapi {
namespace {

constexpr std::string_view kEssd = "cloud_essd";

// Comes before the zone, since some categories forbid one.
Result<void> CheckCategory(const DiskRequest& request, const topology::Catalogue& catalogue) {
  const std::vector<Fact> facts = {{"category", request.category}};
  if (catalogue.FindCategory(request.category) == nullptr) {
    return Refuse(400, "InvalidDiskCategory.ValueNotSupported", "create-disk.category",
                  fmt::format("There is no disk category {}.", request.category), facts);
  }
  if (IsLocal(request.category)) {
    return Refuse(
        400, "InvalidDiskCategory.NotSupported", "create-disk.local",
        fmt::format("A {} disk is made with its instance and not by itself.", request.category),
        facts);
  }
  if (!IsRegional(request.category) || request.zone.empty()) return {};
  return Refuse(
      400, "InvalidZoneId.DiskCategoryUnsupported", "create-disk.regional-zone",
      fmt::format("A {} disk belongs to its region; ZoneId is {}.", request.category, request.zone),
      {{"category", request.category}, {"zone", request.zone}});
}

Result<void> CheckPlace(const DiskRequest& request, const topology::Catalogue& catalogue) {
  const bool regional = IsRegional(request.category);
  if (request.zone.empty() && !regional) {
    return Refuse(400, "MissingParameter", "create-disk.zone", "ZoneId is required.");
  }
  const topology::Region* region = catalogue.FindRegion(request.region);
  if (region == nullptr) {
    return Refuse(404, "InvalidRegionId.NotFound", "create-disk.region",
                  fmt::format("There is no region {}.", request.region),
                  {{"region", request.region}});
  }
  const topology::Region* owner = catalogue.RegionOf(request.zone);
  if (!regional && (owner == nullptr || owner->id != region->id)) {
    return Refuse(404, "InvalidZoneId.NotFound", "create-disk.zone",
                  fmt::format("Zone {} is not a zone of region {}.", request.zone, request.region),
                  {{"zone", request.zone}, {"region", request.region}});
  }
  return {};
}

// Whether the zone has the category, and has any left.
Result<void> CheckOffer(const DiskRequest& request, const topology::Catalogue& catalogue) {
  if (!catalogue.FindCategory(request.category)->zonal) return {};  // every place has it
  const topology::Zone* zone = catalogue.FindZone(request.zone);
  const bool offered = std::ranges::find(zone->offers, request.category,
                                         &topology::Offer::category) != zone->offers.end();
  if (!catalogue.Sells(request.zone, request.category)) {
    return Refuse(403, "InvalidDataDiskCategory.NotSupported",
                  offered ? "create-disk.stock" : "create-disk.offer",
                  fmt::format("Category {} is {} in zone {}.", request.category,
                              offered ? "sold out" : "not offered", request.zone),
                  {{"category", request.category}, {"zone", request.zone}});
  }
  return {};
}

// The level of the disk: the category's default when none is asked.
Result<std::string> LevelOf(const DiskRequest& request, const topology::Category& category) {
  if (request.performance_level.empty()) return category.default_level;
  const bool known = std::ranges::find(category.levels, request.performance_level,
                                       &topology::PerformanceLevel::name) != category.levels.end();
  if (known) return request.performance_level;
  const std::vector<Fact> facts = {{"category", category.name},
                                   {"level", request.performance_level}};
  // As the service says it; clients that name several categories then try the next one.
  if (category.levels.empty()) {
    return Refuse(403, "InvalidDataDiskCategory.NotSupported", "create-disk.no-levels",
                  fmt::format("Category {} has no performance levels.", category.name), facts);
  }
  return Refuse(
      400, "InvalidPerformanceLevel.Malformed", "create-disk.level",
      fmt::format("{} is not a performance level of {}.", request.performance_level, category.name),
      facts);
}

Result<void> CheckMultiAttach(const DiskRequest& request, const topology::Category& category) {
  if (!request.multi_attach.empty() && request.multi_attach != "Enabled" &&
      request.multi_attach != "Disabled") {
    return Refuse(
        403, "InvalidParameter.MultiAttach", "create-disk.multi-attach-word",
        fmt::format("MultiAttach is {}, it must be Enabled or Disabled.", request.multi_attach),
        {{"multi-attach", request.multi_attach}});
  }
  if (request.multi_attach == "Enabled" && !category.multi_attach) {
    return Refuse(403, "InvalidParameter.DiskCategoryAndMultiAttachNotMatch",
                  "create-disk.multi-attach-category",
                  fmt::format("Category {} has no multi-attach.", category.name),
                  {{"category", category.name}});
  }
  return {};
}

Result<void> CheckTuning(const DiskRequest& request, const std::string& level,
                         std::int64_t size_gib) {
  const TunedDisk disk{.category = request.category,
                       .level = level,
                       .size_gib = size_gib,
                       .multi_attach = request.multi_attach == "Enabled"};
  const auto iops = CheckProvisionedIops(disk, request.provisioned_iops.value_or(0));
  if (!iops || !request.bursting.value_or(false)) return iops;
  return CheckBursting(disk);
}

Result<void> CheckEncryption(const DiskRequest& request, const Snapshot* snapshot) {
  const bool encrypted = request.encrypted.value_or(snapshot != nullptr && snapshot->encrypted);
  if (!request.kms_key_id.empty() && !encrypted) {
    return Refuse(400, "InvalidParameter.EncryptedIllegal", "create-disk.key-without-encryption",
                  "KMSKeyId needs Encrypted=true.", {{"key", request.kms_key_id}});
  }
  if (snapshot != nullptr && snapshot->encrypted && !encrypted) {
    return Refuse(403, "InvalidEncrypted.NotMatchSnapshot", "create-disk.encrypted-snapshot",
                  fmt::format("Snapshot {} is encrypted, so its disks are.", snapshot->id),
                  {{"snapshot", snapshot->id}});
  }
  return {};
}

// Of an account that encrypts every disk: those too that do not ask for it, with its own key.
Result<DiskRequest> EncryptedByDefault(DiskRequest request, const Snapshot* snapshot) {
  if (request.default_key.empty()) return request;
  if (!request.encrypted.value_or(true)) {
    return Refuse(403, "InvalidEncrypted.NotMatchDiskDefaultEncryption",
                  "create-disk.default-encryption",
                  "The account encrypts every disk of this region; Encrypted is false.");
  }
  request.encrypted = true;
  const bool has_key = snapshot != nullptr && !snapshot->kms_key_id.empty();
  if (request.kms_key_id.empty() && !has_key) request.kms_key_id = request.default_key;
  return request;
}

Result<void> CheckTexts(const DiskRequest& request) {
  if (!request.name.empty()) {
    if (auto name = CheckName(request.name, "InvalidDiskName.Malformed"); !name) return name;
  }
  if (auto text = CheckDescription(request.description, 400); !text) return text;
  return CheckTags(request.tags);
}

Result<std::int64_t> FinalSize(const DiskRequest& request, const Snapshot* snapshot) {
  if (!request.size_gib && snapshot == nullptr) {
    return Refuse(400, "MissingParameter", "create-disk.size", "Size or SnapshotId is required.");
  }
  const std::int64_t from_snapshot = snapshot == nullptr ? 0 : snapshot->source_disk_size_gib;
  return std::max(request.size_gib.value_or(0), from_snapshot);
}

// One text with a zone a line, as the API has it.
std::string ZonesOf(const topology::Region& region) {
  std::string zones;
  for (const topology::Zone& zone : region.zones) zones += (zones.empty() ? "" : "\n") + zone.id;
  return zones;
}

Disk Build(const DiskRequest& request, const std::string& level, std::int64_t size_gib,
           const Snapshot* snapshot) {
  Disk disk{.region = request.region,
            .zone = request.zone,
            .status = DiskStatus::kCreating,
            .category = request.category,
            .performance_level = level,
            .size_gib = size_gib,
            .guest_size_gib = size_gib,
            .name = request.name,
            .description = request.description,
            .encrypted = request.encrypted.value_or(false),
            .kms_key_id = request.kms_key_id,
            .multi_attach = request.multi_attach == "Enabled",
            .provisioned_iops = request.provisioned_iops.value_or(0),
            .bursting_enabled = request.bursting.value_or(false),
            .resource_group_id = request.resource_group_id,
            .storage_set_id = request.storage_set_id,
            .storage_set_partition = request.storage_set_partition.value_or(0),
            .tags = request.tags};
  if (snapshot != nullptr) {
    disk.source_snapshot_id = snapshot->id;
    disk.encrypted = disk.encrypted || snapshot->encrypted;
    if (disk.kms_key_id.empty()) disk.kms_key_id = snapshot->kms_key_id;
  }
  return disk;
}

// The best of the categories that the instance can have; of a catalogue that has none, any.
const topology::Category& SystemCategory(const Instance& instance,
                                         const topology::Catalogue& catalogue) {
  const topology::InstanceType* type = catalogue.FindInstanceType(instance.type);
  const topology::Zone* zone = catalogue.FindZone(instance.zone);
  const auto rank = [&](const topology::Category& category) {
    const bool fits = category.zonal && type != nullptr &&
                      std::ranges::find(type->categories, category.name) != type->categories.end();
    const bool offered =
        zone != nullptr && std::ranges::find(zone->offers, category.name,
                                             &topology::Offer::category) != zone->offers.end();
    return std::tuple(fits, offered, category.name == kEssd);
  };
  return *std::ranges::max_element(catalogue.categories, {}, rank);
}

}  // namespace

Result<void> CheckSize(const topology::Catalogue& catalogue, const std::string& category,
                       const std::string& level, std::int64_t size_gib) {
  const auto sizes = catalogue.Sizes(category, level);
  if (sizes && sizes->Contains(size_gib)) return {};
  const topology::SizeRange range = sizes.value_or(topology::SizeRange{});
  const std::string what = level.empty() ? category : category + " " + level;
  const std::string message = fmt::format("{} GiB are asked for; a {} data disk has {} to {} GiB.",
                                          size_gib, what, range.min, range.max);
  const std::vector<Fact> facts = {{"size", std::to_string(size_gib)},
                                   {"min", std::to_string(range.min)},
                                   {"max", std::to_string(range.max)}};
  if (category == kEssd && size_gib < range.min) {
    return Refuse(403, "OperationDenied.PerformanceLevelNotMatch", "size.level-minimum", message,
                  facts);
  }
  constexpr std::array<std::string_view, 3> kOlder = {"cloud", "cloud_efficiency", "cloud_ssd"};
  if (std::ranges::find(kOlder, category) != kOlder.end()) {
    return Refuse(403, "InvalidDiskSize.NotSupported", "size.category-range", message, facts);
  }
  return Refuse(403, "InvalidDataDiskSize.ValueNotSupported", "size.category-range", message,
                facts);
}

Result<Disk> NewDisk(const DiskRequest& given, const topology::Catalogue& catalogue,
                     const Snapshot* snapshot) {
  const auto encrypted = EncryptedByDefault(given, snapshot);
  if (!encrypted) return Fail(encrypted.error());
  DiskRequest request = *encrypted;
  if (request.category.empty()) request.category = "cloud";
  for (const auto& check : {CheckCategory, CheckPlace, CheckOffer}) {
    if (auto checked = check(request, catalogue); !checked) return Fail(checked.error());
  }
  if (snapshot != nullptr && IsEphemeral(request.category)) {
    return Refuse(403, "InvalidOperation.CreateFromSnapshotUnsupported",
                  "create-disk.ephemeral-snapshot",
                  fmt::format("A {} disk is not made from a snapshot.", request.category),
                  {{"category", request.category}});
  }
  const auto size = FinalSize(request, snapshot);
  if (!size) return Fail(size.error());
  const topology::Category& category = *catalogue.FindCategory(request.category);
  const auto level = LevelOf(request, category);
  if (!level) return Fail(level.error());
  if (snapshot != nullptr && !snapshot->available) {
    return Refuse(403, "InvalidSnapshotId.NotReady", "create-disk.snapshot-available",
                  fmt::format("Snapshot {} is {} at {} % and not yet available.", snapshot->id,
                              WordOf(snapshot->status), snapshot->progress),
                  {{"snapshot.status", std::string(WordOf(snapshot->status))}});
  }
  for (const Result<void>& checked :
       {CheckSize(catalogue, request.category, *level, *size), CheckTexts(request),
        CheckEncryption(request, snapshot), CheckMultiAttach(request, category),
        CheckTuning(request, *level, *size)}) {
    if (!checked) return Fail(checked.error());
  }
  Disk disk = Build(request, *level, *size, snapshot);
  if (IsRegional(disk.category)) disk.placement = ZonesOf(*catalogue.FindRegion(disk.region));
  return disk;
}

topology::SizeRange SystemSizes(std::string_view category, topology::SizeRange data) {
  constexpr std::int64_t kMost = 2048;
  if (category == "cloud") return {20, 500};
  return {data.min, std::min(data.max, kMost)};
}

Disk NewSystemDisk(const Instance& instance, const topology::Catalogue& catalogue) {
  constexpr std::int64_t kDefaultGiB = 40;
  const topology::Category& category = SystemCategory(instance, catalogue);
  const std::int64_t size = std::max(kDefaultGiB, SystemSizes(category.name, category.sizes).min);
  return {.account = instance.account,
          .region = instance.region,
          .zone = instance.zone,
          .category = category.name,
          .performance_level = category.default_level,
          .size_gib = size,
          .guest_size_gib = size,
          .type = std::string(kSystemDisk),
          .delete_with_instance = true,
          .portable = false,
          .attachments = {{.instance_id = instance.id, .device = "/dev/xvda"}}};
}

}  // namespace cloudapi
