#pragma once
// Steps that CSI snapshots and the temporary snapshot of a clone have in common.
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/controller/client_token.h"
#include "driver/controller/controller_context.h"

namespace driver {

// The one snapshot with this tag, nullopt when there is none.
Result<std::optional<Snapshot>> FindSnapshotByTag(const ControllerContext& context,
                                                  const Deadline& deadline, const Tag& tag);

// Creates a snapshot under the chain's tokens; `tag` of the spec's tags identifies it. A repeated
// call returns the same snapshot.
Result<Snapshot> CreateSnapshotOnce(const ControllerContext& context, const Deadline& deadline,
                                    SnapshotSpec spec, TokenChain chain, const Tag& tag);

// What is waited for on the way of a snapshot.
struct SnapshotGoal {
  std::string_view word;
  bool (*reached)(const Snapshot&);
};
inline constexpr SnapshotGoal kCut = {"cut",
                                      [](const Snapshot& one) { return one.cut_at.has_value(); }};
inline constexpr SnapshotGoal kAvailable = {"available",
                                            [](const Snapshot& one) { return one.available; }};

// Looks at it until the goal is reached or it has failed. Errors: ABORTED when it has vanished.
Result<Snapshot> AwaitSnapshot(const ControllerContext& context, const Deadline& deadline,
                               Snapshot snapshot, const SnapshotGoal& goal);

// Tags of every snapshot made here, before those of the user.
Tags SnapshotBaseTags(const ControllerContext& context);

// Deletes it; one that is gone already is success. Waits while the cloud is busy with it.
Result<void> DeleteSnapshotById(const ControllerContext& context, const Deadline& deadline,
                                const std::string& id);

}  // namespace driver
