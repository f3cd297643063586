#pragma once
// The place of an instance in the networks: its vSwitch, its address, its security groups, and the
// network interface that has them.
#include <string>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

struct NetworkPlace {
  std::optional<VSwitch> vswitch;  // nullopt: in no VPC
  std::string private_ip;          // empty: the next free one
  std::vector<std::string> groups;
  NetworkInterface interface;  // what the interface tells beside its place
};

// What the call asks for. Errors: 404 InvalidVSwitchId.NotFound, InvalidSecurityGroupId.NotFound;
// 400 MissingParameter (a vSwitch without a group), InvalidSecurityGroupId.VPCMismatch,
// InvalidPrivateIpAddress.Malformed.
Result<NetworkPlace> PlaceOf(const WriteCall& call, const std::string& vswitch_id,
                             const std::string& private_ip, std::vector<std::string> groups);

// The instance gets its place and the interface; it is not stored yet. Errors: 403
// InvalidPrivateIpAddress.Duplicated, InvalidVSwitchId.IpNotEnough.
Result<void> EnterNetwork(Tx& tx, const topology::Catalogue& catalogue, Instance& instance,
                          const NetworkPlace& place);
// The address and the groups are free again, the interface goes.
void LeaveNetwork(Tx& tx, const Instance& instance);

// The instance is in that group too, or not any more. The instance is stored.
void JoinGroup(Tx& tx, Instance& instance, const SecurityGroup& group);
void LeaveGroup(Tx& tx, Instance& instance, const SecurityGroup& group);

}  // namespace cloudapi
