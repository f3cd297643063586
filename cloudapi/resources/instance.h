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

template <>
const Kind<Instance>& KindOf<Instance>();

}  // namespace cloudapi
