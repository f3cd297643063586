#pragma once
// Snapshots of several disks at one moment, as a value. The members are snapshots that name their
// group. Times are of the cloud's clock. Field meaning: ECS API reference, DescribeSnapshotGroups.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class SnapshotGroupStatus { kProgressing, kAccomplished, kFailed };
template <>
inline constexpr std::array kWords<SnapshotGroupStatus> = {
    Spelling<SnapshotGroupStatus>{SnapshotGroupStatus::kProgressing, "progressing"},
    Spelling<SnapshotGroupStatus>{SnapshotGroupStatus::kAccomplished, "accomplished"},
    Spelling<SnapshotGroupStatus>{SnapshotGroupStatus::kFailed, "failed"},
};

struct SnapshotGroup {
  std::string id;  // "ssg-bp1…"
  std::string account;
  std::string region;
  SnapshotGroupStatus status = SnapshotGroupStatus::kProgressing;
  std::string name;
  std::string description;
  std::string instance_id;  // that the call named; empty: it named disks only
  std::string resource_group_id;
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const SnapshotGroup&) const = default;
};

template <>
const Kind<SnapshotGroup>& KindOf<SnapshotGroup>();

}  // namespace cloudapi
