#pragma once
// The networks that instances are in, as values: a VPC with its system route table, its vSwitches,
// and the network interfaces of instances. Times are of the cloud's clock. Field meaning: VPC API
// reference, DescribeVpcAttribute, DescribeVSwitchAttributes, DescribeRouteTableList; ECS API
// reference, DescribeNetworkInterfaces.
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

struct Vpc {
  std::string id;  // "vpc-bp1…"
  std::string account;
  std::string region;
  std::string name;
  std::string description;
  std::string cidr_block;  // "172.16.0.0/12"
  std::string user_cidrs;  // with commas between
  std::string resource_group_id;
  std::string router_id;       // "vrt-bp1…"
  std::string route_table_id;  // of the system route table, "vtb-bp1…"
  std::string route_table_name;
  std::string route_table_description;
  bool route_propagation = true;
  bool dns_hostnames = false;
  std::string vswitch_ids;  // with commas between
  std::int64_t security_groups = 0;
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const Vpc&) const = default;
};
template <>
const Kind<Vpc>& KindOf<Vpc>();

struct VSwitch {
  std::string id;  // "vsw-bp1…"
  std::string account;
  std::string region;
  std::string zone;
  std::string vpc_id;
  std::string route_table_id;
  std::string name;
  std::string description;
  std::string cidr_block;
  std::string resource_group_id;
  std::int64_t interfaces = 0;  // addresses that are taken
  std::int64_t next_host = 0;   // of the next address that is given; see rules/cidr.h
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const VSwitch&) const = default;
};
template <>
const Kind<VSwitch>& KindOf<VSwitch>();

struct NetworkInterface {
  std::string id;  // "eni-bp1…"
  std::string account;
  std::string region;
  std::string zone;
  std::string vpc_id;
  std::string vswitch_id;
  std::string instance_id;
  std::string private_ip;
  std::string security_group_ids;  // with commas between
  std::string resource_group_id;
  // Told and nothing else.
  std::string name;
  std::string description;
  std::string traffic_mode = "Standard";
  std::int64_t queue_number = 1;
  std::int64_t queue_pairs = 0;
  bool delete_on_release = true;
  bool source_dest_check = false;
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const NetworkInterface&) const = default;
};
template <>
const Kind<NetworkInterface>& KindOf<NetworkInterface>();

// "00:16:3e:…", made of the id.
std::string MacAddressOf(std::string_view interface_id);

}  // namespace cloudapi
