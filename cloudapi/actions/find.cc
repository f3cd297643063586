#include "cloudapi/actions/find.h"

#include <algorithm>

namespace cloudapi {

Result<void> CheckRegion(const ActionCall& call, const RegionRule& rule) {
  const std::string& region = call.caller.region;
  if (region.empty())
    return Refuse(400, rule.missing_code, "region.required", "RegionId is required.");
  if (call.catalogue.FindRegion(region) != nullptr) return {};
  return Refuse(rule.unknown_status, rule.unknown_code, "region.known",
                fmt::format("There is no region {}.", region), {{"RegionId", region}});
}

bool IsOneProgressing(const std::vector<Snapshot>& snapshots) {
  return std::ranges::find(snapshots, SnapshotStatus::kProgressing, &Snapshot::status) !=
         snapshots.end();
}

Result<void> CheckResourceGroup(const std::string& id) {
  if (id.empty() || id.starts_with("rg-")) return {};
  return Refuse(404, "InvalidResourceGroup.NotFound", "resource-group.exists",
                fmt::format("There is no resource group {}.", id), {{"resource-group", id}});
}

}  // namespace cloudapi
