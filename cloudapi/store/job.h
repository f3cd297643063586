#pragma once
// Work that takes time: a row with a due time on the cloud's clock.
#include <cstdint>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"

namespace cloudapi {

// `kind` names a step in jobs/.
struct Job {
  std::int64_t id = 0;  // 0: not stored yet
  SysMillis due{};
  std::string kind;  // one of job_kinds below
  std::string account;
  std::string subject;  // id of the disk or snapshot
  std::string detail;   // kind's own, e.g. the instance id
  std::string region;
  bool operator==(const Job&) const = default;
};

// What the actions leave to be done; jobs/ completes them. `detail` in parentheses.
namespace job_kinds {
inline constexpr std::string_view kDiskCreate = "disk.create";  // make the image, then Available
inline constexpr std::string_view kDiskAttach = "disk.attach";  // (instance id) → In_use
inline constexpr std::string_view kDiskDetach = "disk.detach";  // (instance id) → Available
inline constexpr std::string_view kDiskGrow = "disk.grow";      // the image to the row's size
// The disk gets another category, level or IOPS. (FormatSpecChange)
inline constexpr std::string_view kDiskSpec = "disk.spec";
// Remove the images of an object that is gone. (generation of the disk's image, decimal)
inline constexpr std::string_view kDiskUnlink = "disk.unlink";
inline constexpr std::string_view kSnapshotCut = "snapshot.cut";
inline constexpr std::string_view kSnapshotAvailable = "snapshot.available";
inline constexpr std::string_view kSnapshotUnlink = "snapshot.unlink";
}  // namespace job_kinds

}  // namespace cloudapi
