#pragma once
// An instance as a value. Times are of the cloud's clock. Field meaning: ECS API reference,
// DescribeInstances.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class InstanceStatus { kPending, kStarting, kRunning, kStopping, kStopped };
template <>
inline constexpr std::array kWords<InstanceStatus> = {
    Spelling<InstanceStatus>{InstanceStatus::kPending, "Pending"},
    Spelling<InstanceStatus>{InstanceStatus::kStarting, "Starting"},
    Spelling<InstanceStatus>{InstanceStatus::kRunning, "Running"},
    Spelling<InstanceStatus>{InstanceStatus::kStopping, "Stopping"},
    Spelling<InstanceStatus>{InstanceStatus::kStopped, "Stopped"},
};

// StoppedMode of an instance that is not stopped, and of one that is and goes on to be charged.
inline constexpr std::string_view kNotStopped = "Not-applicable";
inline constexpr std::string_view kKeepCharging = "KeepCharging";

struct Instance {
  std::string id;  // "i-bp1…"
  std::string account;
  std::string region;
  std::string zone;
  InstanceStatus status = InstanceStatus::kRunning;
  std::string type;  // "ecs.g7.xlarge"
  int cpu = 0;       // of the type, with its memory, when the instance was made
  std::int64_t memory_mib = 0;
  std::string name;
  std::string host_name;
  std::string stopped_mode{kNotStopped};
  std::string resource_group_id;
  std::string description;
  std::string image_id;  // as it was asked for
  std::string key_pair_name;
  std::string vpc_id;  // empty: in no VPC
  std::string vswitch_id;
  std::string private_ip;
  std::string network_interface_id;
  std::string security_group_ids;  // with commas between
  std::string user_data;           // base64, as it came
  bool deletion_protection = false;
  // Of one that is Pending: whether it starts once its disks are made, or is Stopped then.
  bool starts = true;
  // What has no effect here and is told as it was asked for: lines of a member of
  // DescribeInstances,
  // '=' and its value. See OptionOf.
  std::string options;
  SysMillis creation_time{};
  // True once an agent registered for it: attachments then wait for the agent's report. A virtual
  // instance (false) completes them on the clock and has no device.
  bool has_agent = false;
  // Set when the agent could not prove that it sees the cloud's images; then nothing attaches.
  std::string agent_refusal;
  // Whose kernel its node runs on, by the boot id; empty: not known, or a virtual instance.
  std::string machine;
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const Instance&) const = default;
};

// The value of the option, or `unset` for one that was not given.
std::string OptionOf(const Instance& instance, std::string_view member,
                     std::string_view unset = {});
// The option gets that value; an empty one takes it away. Neither text has a line break.
// The option that is its public address.
inline constexpr std::string_view kPublicAddress = "PublicIpAddress";
// An address of 198.18.0.0/15, which no network routes (RFC 2544); unique among 131,072 numbers.
std::string PublicAddressOf(std::int64_t number);
void SetOption(Instance& instance, std::string_view member, std::string_view value);

template <>
const Kind<Instance>& KindOf<Instance>();

}  // namespace cloudapi
