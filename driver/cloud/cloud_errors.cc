#include "driver/cloud/cloud_errors.h"

#include <algorithm>
#include <array>
#include <string>

namespace driver {
namespace {

using grpc::StatusCode;

// What the caller may do about it besides failing.
enum class Remedy {
  kNone,
  kPlacement,  // another level, category or zone
  kWait,       // the same again in a moment
};

struct Row {
  std::string_view prefix;  // of the ECS code; the longest match wins
  StatusCode code;
  Remedy remedy = Remedy::kNone;
};

constexpr std::array kRows = {
    // gateway
    Row{"Throttling", StatusCode::UNAVAILABLE},
    Row{"ServiceUnavailable", StatusCode::UNAVAILABLE},
    Row{"InternalError", StatusCode::UNAVAILABLE},
    Row{"InvalidAccessKeyId", StatusCode::UNAUTHENTICATED},
    Row{"SignatureDoesNotMatch", StatusCode::UNAUTHENTICATED},
    Row{"IncompleteSignature", StatusCode::UNAUTHENTICATED},
    Row{"InvalidTimeStamp", StatusCode::UNAUTHENTICATED},
    Row{"SignatureNonceUsed", StatusCode::UNAVAILABLE},
    Row{"Forbidden", StatusCode::PERMISSION_DENIED},
    Row{"NoPermission", StatusCode::PERMISSION_DENIED},
    // tokens
    Row{"LastTokenProcessing", StatusCode::ABORTED, Remedy::kWait},
    Row{"IdempotentProcessing", StatusCode::ABORTED, Remedy::kWait},
    Row{"IdempotentParameterMismatch", StatusCode::ALREADY_EXISTS},
    // objects
    Row{"InvalidDiskId.NotFound", StatusCode::NOT_FOUND},
    Row{"InvalidInstanceId.NotFound", StatusCode::NOT_FOUND},
    Row{"InvalidSnapshotId.NotFound", StatusCode::NOT_FOUND},
    Row{"InvalidSnapshot.NotFound", StatusCode::NOT_FOUND},
    Row{"InvalidResourceId.NotFound", StatusCode::NOT_FOUND},
    Row{"InvalidSnapshotGroupId.NotFound", StatusCode::NOT_FOUND},
    // sizes
    Row{"InvalidDiskSize.NotSupported", StatusCode::OUT_OF_RANGE, Remedy::kPlacement},
    Row{"InvalidDataDiskSize.ValueNotSupported", StatusCode::OUT_OF_RANGE, Remedy::kPlacement},
    Row{"OperationDenied.PerformanceLevelNotMatch", StatusCode::OUT_OF_RANGE, Remedy::kPlacement},
    Row{"InvalidDiskSize", StatusCode::OUT_OF_RANGE},
    Row{"InvalidSize", StatusCode::OUT_OF_RANGE},
    Row{"InvalidBurstingEnabled.DiskSizeTooSmall", StatusCode::INVALID_ARGUMENT},
    // places and stock
    Row{"InvalidDataDiskCategory", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"InvalidDiskCategory.NotSupported", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"InvalidPerformanceLevel", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"InvalidProvisionedIops.LimitExceed", StatusCode::INVALID_ARGUMENT, Remedy::kPlacement},
    Row{"InvalidZoneId.NotFound", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"Zone.NotOnSale", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"OperationDenied.NoStock", StatusCode::RESOURCE_EXHAUSTED, Remedy::kPlacement},
    Row{"QuotaExceed", StatusCode::RESOURCE_EXHAUSTED},
    // No other place takes more tags.
    Row{"QuotaExceed.Tags", StatusCode::INVALID_ARGUMENT},
    Row{"OperationDenied.QuotaExceed", StatusCode::RESOURCE_EXHAUSTED},
    // attaching and detaching
    Row{"InstanceDiskLimitExceeded", StatusCode::RESOURCE_EXHAUSTED},
    Row{"DiskAttachedNumberExceeded", StatusCode::RESOURCE_EXHAUSTED},
    Row{"ResourcesNotInSameZone", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidInstanceType.", StatusCode::FAILED_PRECONDITION},
    Row{"DiskNotPortable", StatusCode::FAILED_PRECONDITION},
    Row{"DiskTypeViolation", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidDisk.InUse", StatusCode::ABORTED, Remedy::kWait},
    Row{"InvalidDisk.AlreadyDetached", StatusCode::ABORTED, Remedy::kWait},
    Row{"DependencyViolation", StatusCode::ABORTED, Remedy::kWait},
    Row{"IncorrectInstanceStatus", StatusCode::ABORTED, Remedy::kWait},
    Row{"InvalidInstanceStatus", StatusCode::ABORTED, Remedy::kWait},
    Row{"InvalidOperation.Conflict", StatusCode::ABORTED, Remedy::kWait},
    Row{"InvalidOperation.DiskDetachingFromThisEcs", StatusCode::ABORTED, Remedy::kWait},
    Row{"Operation.Conflict", StatusCode::ABORTED, Remedy::kWait},
    Row{"OperationConflict", StatusCode::ABORTED, Remedy::kWait},
    Row{"DisksDetachingOnEcsExceeded", StatusCode::ABORTED, Remedy::kWait},
    Row{"InstanceLockedForSecurity", StatusCode::FAILED_PRECONDITION},
    Row{"InstanceExpiredOrInArrears", StatusCode::FAILED_PRECONDITION},
    Row{"DiskInArrears", StatusCode::FAILED_PRECONDITION},
    // states
    Row{"IncorrectDiskStatus", StatusCode::ABORTED, Remedy::kWait},
    Row{"IncorrectDiskStatus.NeverAttached", StatusCode::FAILED_PRECONDITION},
    Row{"IncorrectDiskStatus.NeverUsed", StatusCode::FAILED_PRECONDITION},
    Row{"DiskError", StatusCode::ABORTED, Remedy::kWait},
    Row{"DiskId.StatusNotSupported", StatusCode::ABORTED, Remedy::kWait},
    Row{"DiskStillAttached", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidDiskStatus.DeleteProtection", StatusCode::FAILED_PRECONDITION},
    Row{"DiskCreatingSnapshot", StatusCode::ABORTED, Remedy::kWait},
    Row{"LastOrderProcessing", StatusCode::ABORTED, Remedy::kWait},
    Row{"OperationDenied", StatusCode::FAILED_PRECONDITION},
    // snapshots
    Row{"InvalidSnapshotId.NotReady", StatusCode::ABORTED},
    Row{"InvalidSnapshot.NotReady", StatusCode::ABORTED},
    Row{"SnapshotCreatedDisk", StatusCode::FAILED_PRECONDITION},
    Row{"SnapshotCreatedImage", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidOperation.SnapshotLocked", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidOperation.RelatedSnapshotNotFinished", StatusCode::ABORTED, Remedy::kWait},
    Row{"DiskCategory.OperationNotSupported", StatusCode::FAILED_PRECONDITION},
    // disks that cannot be cut together
    Row{"InvalidDiskIds.NotInSameZone", StatusCode::FAILED_PRECONDITION},
    Row{"NumberExceed.TooManyDisks", StatusCode::FAILED_PRECONDITION},
    Row{"CapacityExceed.TooManyDisks", StatusCode::FAILED_PRECONDITION},
    Row{"InvalidOperation.MultiAttachDisk", StatusCode::FAILED_PRECONDITION},
    // parameters
    Row{"Invalid", StatusCode::INVALID_ARGUMENT},
    Row{"MissingParam", StatusCode::INVALID_ARGUMENT},
    Row{"Duplicate.TagKey", StatusCode::INVALID_ARGUMENT},
    Row{"TagKey.Duplication", StatusCode::INVALID_ARGUMENT},
    Row{"NumberExceed", StatusCode::INVALID_ARGUMENT},
    Row{"ProvisionedIopsForDiskCategoryUnsupported", StatusCode::INVALID_ARGUMENT},
    Row{"BurstingEnabledFor", StatusCode::INVALID_ARGUMENT},
    Row{"BurstingEnabledForModifyingDiskUnsupported", StatusCode::ABORTED, Remedy::kWait},
};

const Row* FindRow(std::string_view code) {
  const Row* best = nullptr;
  for (const Row& row : kRows) {
    if (!code.starts_with(row.prefix)) continue;
    if (best == nullptr || best->prefix.size() < row.prefix.size()) best = &row;
  }
  return best;
}

bool HasRemedy(const CloudError& error, Remedy remedy) {
  const Row* row = FindRow(error.code);
  return row != nullptr && row->remedy == remedy;
}

// A size that the action takes nowhere is refused as a parameter, which the message names.
bool IsSizeOutOfRange(const CloudError& error) {
  return error.code == "InvalidParameter" &&
         (error.message.find("parameter NewSize ") != std::string::npos ||
          error.message.find("parameter Size ") != std::string::npos);
}

}  // namespace

grpc::StatusCode RpcCodeOf(const CloudError& error) {
  if (error.code == kNoAnswer) return StatusCode::UNAVAILABLE;
  if (IsSizeOutOfRange(error)) return StatusCode::OUT_OF_RANGE;
  if (const Row* row = FindRow(error.code)) return row->code;
  return error.http_status >= 500 || error.http_status == 0 ? StatusCode::UNAVAILABLE
                                                            : StatusCode::INTERNAL;
}

RpcError Translate(const CloudError& error, std::string_view doing) {
  std::string message(doing);
  message.append(": ");
  if (error.code != kNoAnswer) message.append(error.code).append(": ");
  return {RpcCodeOf(error), message + error.message, error.code};
}

bool IsThrottling(const CloudError& error) {
  return error.code.starts_with("Throttling");
}

bool IsTransient(const CloudError& error) {
  return HasRemedy(error, Remedy::kWait);
}

bool IsPlacementRefusal(const CloudError& error) {
  return HasRemedy(error, Remedy::kPlacement);
}

}  // namespace driver
