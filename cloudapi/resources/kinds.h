#pragma once
// Every kind of object that the cloud keeps. A type in this list has a table, ids, tags, counters,
// metrics and a place in the change stream.
#include <span>
#include <string_view>

#include "cloudapi/resources/disk.h"
#include "cloudapi/resources/instance.h"
#include "cloudapi/resources/key_pair.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/machine_image.h"
#include "cloudapi/resources/region_settings.h"
#include "cloudapi/resources/security_group.h"
#include "cloudapi/resources/snapshot.h"
#include "cloudapi/resources/snapshot_chain.h"
#include "cloudapi/resources/snapshot_group.h"
#include "cloudapi/resources/snapshot_policy.h"
#include "cloudapi/resources/task.h"
#include "cloudapi/resources/vpc.h"

// X(Type) for each kind, in one order everywhere.
// clang-format off
#define ZONEDISK_EACH_KIND(X) \
  X(Disk) X(Snapshot) X(Instance) \
  X(Task) \
  X(SnapshotPolicy) X(PolicyDisk) \
  X(RegionSettings) \
  X(SnapshotGroup) X(SnapshotChain) \
  X(Vpc) X(VSwitch) X(NetworkInterface) X(SecurityGroup) X(SecurityRule) \
  X(KeyPair) \
  X(MachineImage)
// clang-format on

namespace cloudapi {

// Calls `f` with the row of each kind.
template <class F>
void ForEachKind(const F& f) {
#define ZONEDISK_CALL(Type) f(KindOf<Type>());
  ZONEDISK_EACH_KIND(ZONEDISK_CALL)
#undef ZONEDISK_CALL
}

// The rows of all kinds.
std::span<const KindInfo* const> Kinds();
// The kind of that name ("disk"), or null.
const KindInfo* FindKind(std::string_view name);

}  // namespace cloudapi
