#pragma once
// Changing the category, performance level or provisioned IOPS of a disk.
// Source: ECS API reference, ModifyDiskSpec.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"
#include "topology/catalogue.h"

namespace cloudapi {

struct DiskSpec {
  std::string category;
  std::string performance_level;  // empty: the category has none
  std::int64_t provisioned_iops = 0;
  bool operator==(const DiskSpec&) const = default;
};

// What ModifyDiskSpec asks for, and what it finds.
struct SpecTerms {
  std::string category;                          // empty: stays
  std::string performance_level;                 // empty: stays, or the default of another category
  std::optional<std::int64_t> provisioned_iops;  // nullopt: stays, 0 in another category
  bool snapshot_progressing = false;
  bool growing = false;             // a ResizeDisk has not reached the image or the guest yet
  bool change_unfinished = false;   // an earlier ModifyDiskSpec of the disk
  bool cooling = false;             // one ended too short a time ago
  std::vector<Instance> instances;  // those that the disk is attached to
};

// The spec that the disk will have. Errors: 403 IncorrectDiskStatus,
// InvalidOperation.MultiAttachDisk, DiskCreatingSnapshot, OperationDenied.DiskExpansionUnfinished,
// InvalidStatus.DiskNotReady, DiskInCoolingPeriod, InvalidDiskCategory.NotSupported (no way from
// the one to the other), NoChangeInDiskCategoryAndPerformanceLevel, InvalidPerformanceLevel.TooLow
// (PL0 is no target), OperationDenied.PerformanceLevelNotMatch (too small),
// OperationDenied.NoStock; 400 InvalidOperation.InstanceStatusUnsupported,
// InvalidDiskCategory.ValueNotSupported, InvalidPerformanceLevel.Malformed,
// InvalidPerformanceLevelParam.Mismatch and those of CheckProvisionedIops.
Result<DiskSpec> CheckSpec(const Disk& disk, const SpecTerms& terms,
                           const topology::Catalogue& catalogue);

// The disk with that spec; what its new category does not have is switched off.
Disk ChangeSpec(Disk disk, const DiskSpec& spec);

// The end of a ModifyDiskSpec: its task, Finished with the changed disk, or Failed when the disk is
// gone or the task's detail is no spec.
struct SpecOutcome {
  Task task;
  std::optional<Disk> disk;
};
SpecOutcome CompleteSpec(Task task, const std::optional<Disk>& disk, SysMillis now);

// The spec as a task keeps it, and back; nullopt for any other text.
std::string FormatSpec(const DiskSpec& spec);
std::optional<DiskSpec> ParseSpec(std::string_view text);

}  // namespace cloudapi
