#include "driver/controller/snapshot_parameters.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace driver {
namespace {

constexpr std::string_view kSnapshotTagPrefix = "snapshotTags/";
// Of older versions of ACK's driver. Snapshots are deleted by force always.
constexpr std::array<std::string_view, 4> kWithoutEffect = {
    "snapshotType", "instantAccess", "instantAccessRetentionDays", "forceDelete"};

Result<void> ApplyRetention(const std::string& name, const std::string& value,
                            SnapshotParameters& snapshot) {
  const auto days = ParseCount(name, value);
  if (!days) return Fail(days.error());
  if (*days > 0) snapshot.retention_days = *days;
  return {};
}

Result<void> ApplySnapshotParameter(const std::string& name, const std::string& value,
                                    SnapshotParameters& snapshot) {
  if (name == "retentionDays") return ApplyRetention(name, value, snapshot);
  if (name.starts_with(kSnapshotTagPrefix)) {
    return AddUserTag(snapshot.tags, name.substr(kSnapshotTagPrefix.size()), value);
  }
  if (name == "resourceGroupId") {
    snapshot.resource_group_id = value;
    return {};
  }
  const bool known = std::ranges::find(kWithoutEffect, name) != kWithoutEffect.end();
  snapshot.ignored.push_back(name + (known ? " has no effect" : " is unknown"));
  return {};
}

}  // namespace

Result<SnapshotParameters> ParseSnapshotParameters(const Parameters& parameters,
                                                   const ParameterRules& rules) {
  SnapshotParameters snapshot;
  for (const auto& [name, value] : parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    auto applied = ApplySnapshotParameter(name, value, snapshot);
    if (!applied) return Fail(applied.error());
  }
  if (rules.strict && !snapshot.ignored.empty()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "parameter " + snapshot.ignored.front());
  }
  std::ranges::sort(snapshot.tags);
  return snapshot;
}

}  // namespace driver
