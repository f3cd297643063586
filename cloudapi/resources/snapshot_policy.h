#pragma once
// An automatic snapshot policy, and which disks it is applied to, as values. Times are of the
// cloud's clock. Field meaning: ECS API reference, DescribeAutoSnapshotPolicyEx and
// DescribeAutoSnapshotPolicyAssociations.
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

struct SnapshotPolicy {
  std::string id;  // "sp-bp1…"
  std::string account;
  std::string region;
  std::string name;
  std::string time_points;           // hours of UTC+8 in the order given: "1,22"
  std::string repeat_weekdays;       // 1 is Monday: "1,7"
  std::int64_t retention_days = -1;  // of its snapshots; -1: for ever
  bool cross_region_copy = false;
  std::string target_copy_regions;          // with commas between
  std::int64_t copied_retention_days = -1;  // of the copies; -1: for ever
  std::string resource_group_id;
  std::int64_t disks = 0;  // that it is applied to
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const SnapshotPolicy&) const = default;
};

template <>
const Kind<SnapshotPolicy>& KindOf<SnapshotPolicy>();

// One policy applied to one disk.
struct PolicyDisk {
  std::string id;  // both ids with a slash between
  std::string account;
  std::string region;
  std::string policy_id;
  std::string disk_id;
  std::vector<Tag> tags;  // none: no tag action names associations
  std::int64_t seq = 0;
  bool operator==(const PolicyDisk&) const = default;
};

template <>
const Kind<PolicyDisk>& KindOf<PolicyDisk>();

}  // namespace cloudapi
