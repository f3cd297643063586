#include "driver/node/node_info.h"

#include <fmt/core.h>

#include <algorithm>

#include "driver/base/call_limit.h"

namespace driver {

using grpc::StatusCode;

Result<NodeInfo> OwnNodeInfo::Get(const Deadline& deadline) {
  {
    const absl::MutexLock lock(&mutex_);
    if (known_) return *known_;
  }
  auto found = Find(deadline);
  if (found) {
    const absl::MutexLock lock(&mutex_);
    known_ = *found;
  }
  return found;
}

Result<NodeInfo> OwnNodeInfo::Find(const Deadline& deadline) const {
  auto place = FindPlace(sources_.place, deadline);
  if (!place) return Fail(place.error());
  NodeInfo own{.node_id = place->instance_id};
  own.segments = {{std::string(topology::kRegionKey), place->region},
                  {std::string(topology::kZoneKey), place->zone},
                  {std::string(topology::kAckZoneKey), place->zone}};
  if (auto added = AddTopologyKeys(own.segments, deadline); !added) return Fail(added.error());
  const auto most = MaxVolumes(place->instance_type, deadline);
  if (!most) return Fail(most.error());
  own.max_volumes = *most;
  return own;
}

Result<void> OwnNodeInfo::AddTopologyKeys(topology::Labels& segments,
                                          const Deadline& deadline) const {
  const auto& keys = sources_.topology_keys;
  topology::Labels labels;
  const bool asks = std::any_of(keys.begin(), keys.end(),
                                [](const TopologyKey& key) { return key.value.empty(); });
  if (asks) {
    if (sources_.place.cluster == nullptr) {
      return Fail(StatusCode::FAILED_PRECONDITION,
                  "a topology key without a value needs the labels of the Node object");
    }
    auto own = sources_.place.cluster->OwnNodeLabels(deadline);
    if (!own) return Fail(own.error());
    labels = std::move(*own);
  }
  for (const auto& [key, value] : keys) {
    const std::string known = value.empty() ? labels[key] : value;
    if (known.empty()) {
      return Fail(StatusCode::FAILED_PRECONDITION,
                  fmt::format("the Node object has no label {}", key));
    }
    segments[key] = known;
  }
  return {};
}

Result<std::int64_t> OwnNodeInfo::MaxVolumes(const std::string& instance_type,
                                             const Deadline& deadline) const {
  if (sources_.max_volumes > 0) return sources_.max_volumes;
  if (sources_.cloud == nullptr || instance_type.empty()) return 0;
  const CallLimit limit(deadline.at);
  const auto types = sources_.cloud->DescribeInstanceTypes({instance_type});
  if (!types) {
    return Fail(StatusCode::UNAVAILABLE,
                fmt::format("how many disks instance type {} takes is unknown: {}: {}",
                            instance_type, types.error().code, types.error().message));
  }
  const auto own = std::find_if(types->begin(), types->end(), [&](const InstanceType& type) {
    return type.name == instance_type;
  });
  return own == types->end() ? 0 : own->disk_quantity;
}

}  // namespace driver
