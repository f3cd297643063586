#include "driver/node/node_place.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace driver {
namespace {

// In the order of trust; written by ACK.
constexpr std::array<std::string_view, 2> kInstanceLabels = {"alibabacloud.com/instance-id",
                                                             kInstanceIdKey};
constexpr std::string_view kAckZoneLabel = "alibabacloud.com/ecs-zone-id";

std::string FirstOf(const topology::Labels& labels, std::span<const std::string_view> keys) {
  for (const auto key : keys) {
    const auto found = labels.find(std::string(key));
    if (found != labels.end() && !found->second.empty()) return found->second;
  }
  return "";
}

void Fill(std::string& into, const std::string& from) {
  if (into.empty()) into = from;
}

void Fill(NodePlace& place, const NodePlace& more) {
  Fill(place.instance_id, more.instance_id);
  Fill(place.region, more.region);
  Fill(place.zone, more.zone);
  Fill(place.instance_type, more.instance_type);
}

std::vector<std::string_view> Missing(const NodePlace& place) {
  std::vector<std::string_view> missing;
  if (place.instance_id.empty()) missing.push_back("instance id");
  if (place.region.empty()) missing.push_back("region");
  if (place.zone.empty()) missing.push_back("zone");
  return missing;
}

}  // namespace

NodePlace PlaceFromLabels(const topology::Labels& labels) {
  constexpr std::array kAckZone = {kAckZoneLabel};
  return {.instance_id = FirstOf(labels, kInstanceLabels),
          .region = topology::RegionOf(labels).value_or(""),
          .zone = topology::ZoneOf(labels).value_or(FirstOf(labels, kAckZone)),
          .instance_type = topology::InstanceTypeOf(labels).value_or("")};
}

Result<NodePlace> FindPlace(const PlaceSources& sources, const Deadline& deadline) {
  NodePlace place = sources.flags;
  std::vector<std::string> failures;
  const auto complete = [&] {
    return Missing(place).empty() && (!sources.needs_instance_type || !place.instance_type.empty());
  };
  if (!complete() && sources.metadata) {
    const auto more = sources.metadata(deadline);
    if (more) Fill(place, *more);
    if (!more) failures.push_back(more.error().message);
  }
  if (!complete() && sources.cluster != nullptr) {
    const auto labels = sources.cluster->OwnNodeLabels(deadline);
    if (labels) Fill(place, PlaceFromLabels(*labels));
    if (!labels) failures.push_back(labels.error().message);
  }
  if (const auto missing = Missing(place); !missing.empty()) {
    return Fail(grpc::StatusCode::UNAVAILABLE,
                fmt::format("this node's {} is unknown{}{}", fmt::join(missing, ", "),
                            failures.empty() ? "" : ": ", fmt::join(failures, "; ")));
  }
  return place;
}

}  // namespace driver
