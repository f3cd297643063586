#include "driver/controller/snapshot_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "driver/csi/keys.h"

namespace driver {
namespace {

constexpr std::string_view kSnapshotTagPrefix = "snapshotTags/";
// Of older versions of ACK's driver. Snapshots are deleted by force always.
constexpr std::array<std::string_view, 4> kWithoutEffect = {
    "snapshotType", "instantAccess", "instantAccessRetentionDays", "forceDelete"};

Result<void> ApplySnapshotParameter(const std::string& name, const std::string& value,
                                    SnapshotParameters& snapshot) {
  if (name == "retentionDays") return Store(ParseRetention(name, value), snapshot.retention_days);
  if (name.starts_with(kSnapshotTagPrefix)) {
    return AddUserTag(snapshot.tags, kSnapshotTagPrefix,
                      {name.substr(kSnapshotTagPrefix.size()), value});
  }
  if (name == "resourceGroupId") {
    snapshot.resource_group_id = value;
    return {};
  }
  const bool known = std::ranges::find(kWithoutEffect, name) != kWithoutEffect.end();
  snapshot.ignored.push_back(name + (known ? " has no effect" : " is unknown"));
  return {};
}

// The VolumeSnapshot's name beats the tags of the class.
void AddObject(const Parameters& parameters, SnapshotParameters& snapshot) {
  const auto take = [&](std::string_view parameter, std::string_view tag, std::string& to) {
    const auto given = parameters.find(std::string(parameter));
    if (given == parameters.end()) return;
    to = given->second;
    std::erase_if(snapshot.tags, [&](const Tag& present) { return present.key == tag; });
    snapshot.tags.push_back({std::string(tag), given->second});
  };
  take(kSnapshotObjectParameter, kSnapshotObjectTag, snapshot.object_name);
  take(kSnapshotObjectNamespaceParameter, kSnapshotObjectNamespaceTag, snapshot.object_namespace);
}

}  // namespace

Result<std::optional<std::int64_t>> ParseRetention(const std::string& name,
                                                   const std::string& value) {
  const auto days = ParseCount(name, value);
  if (!days) return Fail(days.error());
  return *days == 0 ? std::nullopt : std::optional(*days);
}

Result<SnapshotParameters> ParseSnapshotParameters(const Parameters& parameters,
                                                   const ParameterRules& rules) {
  SnapshotParameters snapshot;
  std::vector<std::string> refused;
  for (const auto& [name, value] : parameters) {
    if (name.starts_with(kSidecarPrefix)) continue;
    const auto applied = ApplySnapshotParameter(name, value, snapshot);
    if (!applied) refused.push_back(applied.error().message);
  }
  if (rules.strict) {
    for (const auto& ignored : snapshot.ignored) refused.push_back("parameter " + ignored);
  }
  if (!refused.empty()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, fmt::format("{}", fmt::join(refused, "; ")));
  }
  AddObject(parameters, snapshot);
  std::ranges::sort(snapshot.tags);
  return snapshot;
}

Result<SnapshotParameters> ParseGroupParameters(const Parameters& parameters,
                                                const ParameterRules& rules) {
  if (parameters.contains("retentionDays")) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                "parameter retentionDays: groups of snapshots are kept for ever");
  }
  return ParseSnapshotParameters(parameters, rules);
}

}  // namespace driver
