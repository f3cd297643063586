#include "cloudapi/actions/network_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/base/cidr.h"
#include "cloudapi/resources/document.h"

namespace cloudapi {
namespace {

void CountInGroup(Tx& tx, const Instance& instance, const std::string& group_id,
                  std::int64_t change) {
  auto group = tx.Find<SecurityGroup>(instance.account, instance.region, group_id);
  if (!group) return;
  group->instances += change;
  tx.Put(*group);
}

Result<void> CheckGroups(const WriteCall& call, const NetworkPlace& place) {
  const std::string vpc = place.vswitch ? place.vswitch->vpc_id : "";
  for (const std::string& id : place.groups) {
    const auto group = Find<SecurityGroup>(call, id);
    if (!group) return Fail(group.error());
    if (group->vpc_id == vpc) continue;
    return Refuse(400, "InvalidSecurityGroupId.VPCMismatch", "network.same-vpc",
                  fmt::format("Security group {} and the vSwitch are not in the same VPC.", id),
                  {{"security-group", id}});
  }
  return {};
}

bool IsTaken(Tx& tx, const VSwitch& vswitch, const std::string& address) {
  return tx.Count({.kind = &KindOf<NetworkInterface>(),
                   .account = vswitch.account,
                   .region = vswitch.region,
                   .conditions = {where::Is{"private_ip", address},
                                  where::Is{"vswitch_id", vswitch.id}}}) > 0;
}

// The next address that nobody has; after the last one it goes on with the first.
std::string NextAddress(Tx& tx, VSwitch& vswitch, const Cidr& block) {
  while (true) {
    const std::string address = AddressText(HostAt(block, vswitch.next_host % UsableHosts(block)));
    ++vswitch.next_host;
    if (!IsTaken(tx, vswitch, address)) return address;
  }
}

Result<std::string> TakeAddress(Tx& tx, VSwitch& vswitch, const std::string& wanted) {
  const auto block = ParseCidr(vswitch.cidr_block);
  if (!block || vswitch.interfaces >= UsableHosts(*block)) {
    return Refuse(403, "InvalidVSwitchId.IpNotEnough", "network.free-address",
                  fmt::format("vSwitch {} has no free address.", vswitch.id),
                  {{"vswitch", vswitch.id}});
  }
  if (!wanted.empty() && IsTaken(tx, vswitch, wanted)) {
    return Refuse(403, "InvalidPrivateIpAddress.Duplicated", "network.address-free",
                  fmt::format("The address {} of vSwitch {} is taken.", wanted, vswitch.id),
                  {{"address", wanted}});
  }
  std::string address = wanted.empty() ? NextAddress(tx, vswitch, *block) : wanted;
  ++vswitch.interfaces;
  tx.Put(vswitch);
  return address;
}

// What the interface of the instance says.
void FollowGroups(Tx& tx, const Instance& instance) {
  auto interface =
      tx.Find<NetworkInterface>(instance.account, instance.region, instance.network_interface_id);
  if (!interface) return;
  interface->security_group_ids = instance.security_group_ids;
  tx.Put(*interface);
}

}  // namespace

Result<NetworkPlace> PlaceOf(const WriteCall& call, const std::string& vswitch_id,
                             const std::string& private_ip, std::vector<std::string> groups) {
  NetworkPlace place{.private_ip = private_ip, .groups = std::move(groups)};
  if (!vswitch_id.empty()) {
    auto vswitch = Find<VSwitch>(call, vswitch_id);
    if (!vswitch) return Fail(vswitch.error());
    place.vswitch = std::move(*vswitch);
    if (place.groups.empty()) {
      return Refuse(400, "MissingParameter", "network.group",
                    "The parameter SecurityGroupId is missing.", {{"SecurityGroupId", ""}});
    }
  }
  if (auto groups_fit = CheckGroups(call, place); !groups_fit) return Fail(groups_fit.error());
  if (private_ip.empty()) return place;
  const auto address = ParseAddress(private_ip);
  const auto block = place.vswitch ? ParseCidr(place.vswitch->cidr_block) : std::nullopt;
  if (address && block && IsUsable(*block, *address)) return place;
  return Refuse(400, "InvalidPrivateIpAddress.Malformed", "network.address",
                fmt::format("{} is no address of the vSwitch.", private_ip),
                {{"address", private_ip}});
}

Result<void> EnterNetwork(Tx& tx, const topology::Catalogue& catalogue, Instance& instance,
                          const NetworkPlace& place) {
  instance.security_group_ids = JoinCommas(place.groups);
  for (const std::string& group : place.groups) CountInGroup(tx, instance, group, 1);
  if (!place.vswitch) return {};
  auto vswitch = tx.Find<VSwitch>(instance.account, instance.region, place.vswitch->id);
  if (!vswitch) return {};
  auto address = TakeAddress(tx, *vswitch, place.private_ip);
  if (!address) return Fail(address.error());
  instance.vpc_id = vswitch->vpc_id;
  instance.vswitch_id = vswitch->id;
  instance.private_ip = std::move(*address);
  NetworkInterface interface = place.interface;
  interface.id = tx.NextId<NetworkInterface>(catalogue.FindRegion(instance.region)->id_code);
  interface.account = instance.account;
  interface.region = instance.region;
  interface.zone = instance.zone;
  interface.vpc_id = instance.vpc_id;
  interface.vswitch_id = instance.vswitch_id;
  interface.instance_id = instance.id;
  interface.private_ip = instance.private_ip;
  interface.security_group_ids = instance.security_group_ids;
  interface.resource_group_id = instance.resource_group_id;
  interface.creation_time = tx.Now();
  interface.seq = tx.NextSeq();
  instance.network_interface_id = interface.id;
  tx.Put(interface);
  return {};
}

void LeaveNetwork(Tx& tx, const Instance& instance) {
  for (const std::string& group : SplitCommas(instance.security_group_ids))
    CountInGroup(tx, instance, group, -1);
  const auto interface =
      tx.Find<NetworkInterface>(instance.account, instance.region, instance.network_interface_id);
  if (!interface) return;
  tx.Erase(*interface);
  auto vswitch = tx.Find<VSwitch>(instance.account, instance.region, interface->vswitch_id);
  if (!vswitch) return;
  --vswitch->interfaces;
  tx.Put(*vswitch);
}

void JoinGroup(Tx& tx, Instance& instance, const SecurityGroup& group) {
  auto groups = SplitCommas(instance.security_group_ids);
  groups.push_back(group.id);
  instance.security_group_ids = JoinCommas(groups);
  tx.Put(instance);
  CountInGroup(tx, instance, group.id, 1);
  FollowGroups(tx, instance);
}

void LeaveGroup(Tx& tx, Instance& instance, const SecurityGroup& group) {
  auto groups = SplitCommas(instance.security_group_ids);
  std::erase(groups, group.id);
  instance.security_group_ids = JoinCommas(groups);
  tx.Put(instance);
  CountInGroup(tx, instance, group.id, -1);
  FollowGroups(tx, instance);
}

}  // namespace cloudapi
