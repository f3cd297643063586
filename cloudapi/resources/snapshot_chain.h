#pragma once
// The snapshots of a disk together, as a value: kept as long as there is one. A copy is alone in a
// chain of its own. Field meaning: ECS API reference, DescribeSnapshotLinks.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/snapshot.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

struct SnapshotChain {
  std::string id;  // "sl-" and the rest of the disk's id, of a copy its own
  std::string account;
  std::string region;
  std::string source_disk_id;  // empty: a copy's
  std::int64_t source_disk_size_gib = 0;
  std::string source_disk_type{kDataDisk};
  bool instant_access = false;
  std::int64_t snapshots = 0;
  std::int64_t bytes = 0;  // of all of them
  std::vector<Tag> tags;   // none: no tag action names chains
  std::int64_t seq = 0;    // of the snapshot that it began with
  bool operator==(const SnapshotChain&) const = default;
};

// The chain that the snapshot is in.
std::string ChainIdOf(const Snapshot& snapshot);
// The chain of the snapshots of that disk.
std::string ChainIdOfDisk(std::string_view disk_id);
// A chain without snapshots, for that one to begin with.
SnapshotChain EmptyChainFor(const Snapshot& snapshot);

template <>
const Kind<SnapshotChain>& KindOf<SnapshotChain>();

}  // namespace cloudapi
