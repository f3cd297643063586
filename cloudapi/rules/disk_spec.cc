#include "cloudapi/rules/disk_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/rules/disk_tuning.h"
#include "cloudapi/rules/new_disk.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::array<std::string_view, 4> kTargets = {"cloud_essd", "cloud_auto", "cloud_ssd",
                                                      "cloud_efficiency"};
// From which category to which a disk can be changed. Source: ECS, change the category of a disk.
struct Way {
  std::string_view from;
  std::string_view to;
};
constexpr Way kWays[] = {{"cloud_efficiency", "cloud_ssd"},  {"cloud_efficiency", "cloud_essd"},
                         {"cloud_efficiency", "cloud_auto"}, {"cloud_ssd", "cloud_essd"},
                         {"cloud_ssd", "cloud_auto"},        {"cloud_essd", "cloud_auto"},
                         {"cloud_auto", "cloud_essd"},       {"cloud_essd_entry", "cloud_essd"},
                         {"cloud_essd_entry", "cloud_auto"}};

Result<void> CheckStatus(const Disk& disk, const SpecTerms& terms) {
  if (disk.status != DiskStatus::kInUse && disk.status != DiskStatus::kAvailable) {
    return Refuse(
        403, "IncorrectDiskStatus", "spec.disk-status",
        fmt::format("Disk {} is {}, it must be In_use or Available.", disk.id, WordOf(disk.status)),
        {{"disk.status", std::string(WordOf(disk.status))}});
  }
  for (const Instance& instance : terms.instances) {
    if (instance.status == InstanceStatus::kRunning || instance.status == InstanceStatus::kStopped)
      continue;
    return Refuse(400, "InvalidOperation.InstanceStatusUnsupported", "spec.instance-status",
                  fmt::format("Disk {} is attached to instance {}, which is {}.", disk.id,
                              instance.id, WordOf(instance.status)),
                  {{"instance.status", std::string(WordOf(instance.status))}});
  }
  return {};
}

// What else happens to the disk.
Result<void> CheckIdle(const Disk& disk, const SpecTerms& terms) {
  struct Row {
    bool holds;
    std::string_view code;
    std::string_view rule;
    std::string_view why;
  };
  const Row rows[] = {
      {disk.multi_attach, "InvalidOperation.MultiAttachDisk", "spec.multi-attach",
       "is multi-attach and keeps its category"},
      {terms.snapshot_progressing, "DiskCreatingSnapshot", "spec.snapshot",
       "has a progressing snapshot"},
      {terms.growing, "OperationDenied.DiskExpansionUnfinished", "spec.growing",
       "is still being expanded"},
      {terms.change_unfinished, "InvalidStatus.DiskNotReady", "spec.once",
       "is already being changed"},
      {terms.cooling, "DiskInCoolingPeriod", "spec.cooling", "was changed a short time ago"},
  };
  for (const Row& row : rows) {
    if (row.holds) {
      return Refuse(403, row.code, row.rule, fmt::format("Disk {} {}.", disk.id, row.why));
    }
  }
  return {};
}

Result<void> CheckWay(const Disk& disk, const std::string& category) {
  if (std::ranges::find(kTargets, category) == kTargets.end() && category != disk.category) {
    return Refuse(400, "InvalidDiskCategory.ValueNotSupported", "spec.category",
                  fmt::format("A disk cannot be changed to category {}.", category),
                  {{"category", category}});
  }
  const bool known = category == disk.category
                         ? std::ranges::find(kTargets, category) != kTargets.end()
                         : std::ranges::any_of(kWays, [&](const Way& way) {
                             return way.from == disk.category && way.to == category;
                           });
  if (known) return {};
  return Refuse(
      403, "InvalidDiskCategory.NotSupported", "spec.way",
      fmt::format("Disk {} of category {} cannot become {}.", disk.id, disk.category, category),
      {{"category", disk.category}, {"wanted", category}});
}

Result<std::string> LevelFor(const Disk& disk, const SpecTerms& terms,
                             const topology::Category& category) {
  const std::string& wanted = terms.performance_level;
  const bool stays = category.name == disk.category;
  if (wanted.empty()) return stays ? disk.performance_level : category.default_level;
  const std::vector<Fact> facts = {{"category", category.name}, {"level", wanted}};
  if (category.levels.empty()) {
    return Refuse(400, "InvalidPerformanceLevelParam.Mismatch", "spec.no-levels",
                  fmt::format("Category {} has no performance levels.", category.name), facts);
  }
  if (std::ranges::find(category.levels, wanted, &topology::PerformanceLevel::name) ==
      category.levels.end()) {
    return Refuse(400, "InvalidPerformanceLevel.Malformed", "spec.level",
                  fmt::format("{} is not a performance level of {}.", wanted, category.name),
                  facts);
  }
  if (wanted == "PL0" && disk.performance_level != wanted) {
    return Refuse(403, "InvalidPerformanceLevel.TooLow", "spec.lowest-level",
                  fmt::format("Disk {} cannot be changed to PL0.", disk.id), facts);
  }
  return wanted;
}

// The new level's range, and whether the zone has any of the category left.
Result<void> CheckRoom(const Disk& disk, const DiskSpec& spec,
                       const topology::Catalogue& catalogue) {
  const auto sizes = catalogue.Sizes(spec.category, spec.performance_level);
  if (sizes && !sizes->Contains(disk.size_gib)) {
    return Refuse(
        403, "OperationDenied.PerformanceLevelNotMatch", "spec.size",
        fmt::format("Disk {} has {} GiB; {} {} takes {} to {} GiB.", disk.id, disk.size_gib,
                    spec.category, spec.performance_level, sizes->min, sizes->max),
        {{"size", std::to_string(disk.size_gib)}, {"min", std::to_string(sizes->min)}});
  }
  if (catalogue.Sells(disk.zone, spec.category)) return {};
  return Refuse(403, "OperationDenied.NoStock", "spec.stock",
                fmt::format("Zone {} has no {} left.", disk.zone, spec.category),
                {{"zone", disk.zone}, {"category", spec.category}});
}

DiskSpec SpecOf(const Disk& disk) {
  return {.category = disk.category,
          .performance_level = disk.performance_level,
          .provisioned_iops = disk.provisioned_iops};
}

}  // namespace

Result<DiskSpec> CheckSpec(const Disk& disk, const SpecTerms& terms,
                           const topology::Catalogue& catalogue) {
  if (auto status = CheckStatus(disk, terms); !status) return Fail(status.error());
  if (auto idle = CheckIdle(disk, terms); !idle) return Fail(idle.error());
  DiskSpec spec{.category = terms.category.empty() ? disk.category : terms.category};
  if (auto way = CheckWay(disk, spec.category); !way) return Fail(way.error());
  const bool stays = spec.category == disk.category;
  auto level = LevelFor(disk, terms, *catalogue.FindCategory(spec.category));
  if (!level) return Fail(level.error());
  spec.performance_level = std::move(*level);
  spec.provisioned_iops = terms.provisioned_iops.value_or(stays ? disk.provisioned_iops : 0);
  if (spec == SpecOf(disk)) {
    return Refuse(
        403, "NoChangeInDiskCategoryAndPerformanceLevel", "spec.change",
        fmt::format("Disk {} is already {} {}.", disk.id, disk.category, disk.performance_level));
  }
  const auto iops = CheckProvisionedIops(
      {.category = spec.category, .level = spec.performance_level, .size_gib = disk.size_gib},
      spec.provisioned_iops);
  if (!iops) return Fail(iops.error());
  if (auto room = CheckRoom(disk, spec, catalogue); !room) return Fail(room.error());
  return spec;
}

Disk ChangeSpec(Disk disk, const DiskSpec& spec) {
  if (spec.category != disk.category) disk.bursting_enabled = false;
  disk.category = spec.category;
  disk.performance_level = spec.performance_level;
  disk.provisioned_iops = spec.provisioned_iops;
  return disk;
}

SpecOutcome CompleteSpec(Task task, const std::optional<Disk>& disk, SysMillis now) {
  const auto spec = ParseSpec(task.detail);
  task.finished_time = now;
  task.status = disk && spec ? TaskStatus::kFinished : TaskStatus::kFailed;
  if (!disk || !spec) return {.task = std::move(task)};
  return {.task = std::move(task), .disk = ChangeSpec(*disk, *spec)};
}

std::string FormatSpec(const DiskSpec& spec) {
  return fmt::format("{},{},{}", spec.category, spec.performance_level, spec.provisioned_iops);
}

std::optional<DiskSpec> ParseSpec(std::string_view text) {
  const auto parts = base::Split(text, ',');
  if (parts.size() != 3) return std::nullopt;
  const auto iops = base::ParseNumber<std::int64_t>(parts[2]);
  if (!iops) return std::nullopt;
  return DiskSpec{.category = std::string(parts[0]),
                  .performance_level = std::string(parts[1]),
                  .provisioned_iops = *iops};
}

}  // namespace cloudapi
