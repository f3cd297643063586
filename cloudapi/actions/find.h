#pragma once
// What an action looks up before it decides: the objects and the region that the call names.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

template <class T>
inline constexpr std::string_view kNotFound = {};
template <>
inline constexpr std::string_view kNotFound<Disk> = "InvalidDiskId.NotFound";
template <>
inline constexpr std::string_view kNotFound<Snapshot> = "InvalidSnapshotId.NotFound";
template <>
inline constexpr std::string_view kNotFound<SnapshotGroup> = "InvalidSnapshotGroupId.NotFound";
template <>
inline constexpr std::string_view kNotFound<Instance> = "InvalidInstanceId.NotFound";

template <>
inline constexpr std::string_view kNotFound<Vpc> = "InvalidVpcId.NotFound";
template <>
inline constexpr std::string_view kNotFound<VSwitch> = "InvalidVSwitchId.NotFound";
template <>
inline constexpr std::string_view kNotFound<NetworkInterface> = "InvalidEniId.NotFound";
template <>
inline constexpr std::string_view kNotFound<SecurityGroup> = "InvalidSecurityGroupId.NotFound";
template <>
inline constexpr std::string_view kNotFound<KeyPair> = "InvalidKeyPair.NotFound";
template <>
inline constexpr std::string_view kNotFound<MachineImage> = "InvalidImageId.NotFound";

// Of the call's account, and of its region when it names one. Errors: 404 kNotFound.
template <class T>
Result<T> Find(const WriteCall& call, const std::string& id) {
  const std::string& region = call.caller.region;
  if (auto found = call.tx.Find<T>(call.caller.account, region, id)) return std::move(*found);
  const std::string kind(KindOf<T>().name);
  return Refuse(404, kNotFound<T>, kind + ".exists",
                fmt::format("There is no {} {} in {} of this account.", kind, id,
                            region.empty() ? "any region" : "region " + region),
                {{kind, id}, {"region", region}});
}

// How an action refuses an absent RegionId and one that the catalogue does not know.
struct RegionRule {
  std::string_view missing_code = "MissingParameter";  // with 400
  int unknown_status = 404;
  std::string_view unknown_code = "InvalidRegionId.NotFound";
};
Result<void> CheckRegion(const ActionCall& call, const RegionRule& rule = {});

// Whether one of a disk's snapshots is not finished yet.
bool IsOneProgressing(const std::vector<Snapshot>& snapshots);
// Groups are not kept here: any id of their form is taken. Empty is fine.
// Errors: 404 InvalidResourceGroup.NotFound.
Result<void> CheckResourceGroup(const std::string& id);

}  // namespace cloudapi
