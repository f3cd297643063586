#pragma once
// Where this node is: flags first, then the instance metadata, then the labels of its Node object.
#include <functional>
#include <string>
#include <string_view>

#include "driver/base/result.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

// The label of a Node, and with --profile=ack the segment, that is the instance id.
inline constexpr std::string_view kInstanceIdKey = "alibabacloud.com/ecs-instance-id";

// Members that are not known are empty.
struct NodePlace {
  std::string instance_id;
  std::string region;
  std::string zone;
  std::string instance_type;
  bool operator==(const NodePlace&) const = default;
};

struct PlaceSources {
  NodePlace flags;
  // None: not asked.
  std::function<Result<NodePlace>(const Deadline& deadline)> metadata;
  Cluster* cluster = nullptr;  // none: not asked
  bool needs_instance_type = true;
};

// A later source is asked only while something is missing, and only fills what is. A source that
// fails matters only when something stays missing.
// Errors: UNAVAILABLE naming what is missing and why. A missing instance type is no error.
Result<NodePlace> FindPlace(const PlaceSources& sources, const Deadline& deadline);

// What the labels of a Node object say.
NodePlace PlaceFromLabels(const topology::Labels& labels);

}  // namespace driver
