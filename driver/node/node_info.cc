#include "driver/node/node_info.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "driver/base/call_limit.h"
#include "driver/csi/keys.h"

namespace driver {

using grpc::StatusCode;

namespace {

constexpr int kPage = 100;  // the largest of DescribeDisks

tl::unexpected<RpcError> Unknown(const std::string& of, const CloudError& error) {
  return Fail(StatusCode::UNAVAILABLE, fmt::format("how many disks {} takes is unknown: {}: {}", of,
                                                   error.code, error.message));
}

}  // namespace

Result<NodeInfo> OwnNodeInfo::Get(const Deadline& deadline) {
  const auto known = KnownPlace(deadline);
  if (!known) return Fail(known.error());
  const auto most = MaxVolumes(known->place, deadline);
  if (!most) return Fail(most.error());
  if (auto marked = MarkNode(known->place, *most, deadline); !marked) return Fail(marked.error());
  NodeInfo own{.node_id = known->place.instance_id, .max_volumes = most->value_or(0)};
  if (*most != 0) own.segments = known->segments;
  return own;
}

Result<OwnNodeInfo::Known> OwnNodeInfo::KnownPlace(const Deadline& deadline) {
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

Result<OwnNodeInfo::Known> OwnNodeInfo::Find(const Deadline& deadline) const {
  auto place = FindPlace(sources_.place, deadline);
  if (!place) return Fail(place.error());
  topology::Labels segments = {{std::string(topology::kRegionKey), place->region},
                               {std::string(topology::kZoneKey), place->zone},
                               {std::string(topology::kAckZoneKey), place->zone}};
  if (sources_.names_instance) segments[std::string(kInstanceIdKey)] = place->instance_id;
  if (auto added = AddTopologyKeys(segments, deadline); !added) return Fail(added.error());
  return Known{.place = std::move(*place), .segments = std::move(segments)};
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

Result<std::optional<std::int64_t>> OwnNodeInfo::MaxVolumes(const NodePlace& place,
                                                            const Deadline& deadline) const {
  using Limit = std::optional<std::int64_t>;
  if (sources_.sees_disks && !sources_.sees_disks()) return Limit(0);
  if (sources_.max_volumes > 0) return Limit(sources_.max_volumes);
  if (sources_.cloud == nullptr || place.instance_type.empty()) return Limit();
  const CallLimit limit(deadline.at);
  const auto types = sources_.cloud->DescribeInstanceTypes({place.instance_type});
  if (!types) return Unknown(place.instance_type, types.error());
  const auto own = std::ranges::find(*types, place.instance_type, &InstanceType::name);
  if (own == types->end()) return Limit();
  const auto foreign = ForeignDisks(place.instance_id, deadline);
  if (!foreign) return Fail(foreign.error());
  return Limit(std::max<std::int64_t>(own->disk_quantity - *foreign, 0));
}

Result<std::vector<std::string>> OwnNodeInfo::Categories(const NodePlace& place,
                                                         const Deadline& deadline) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!categories_.empty()) return categories_;
  }
  const CallLimit limit(deadline.at);
  const auto asked = sources_.cloud->DescribeDiskCategories(place.instance_type, place.zone);
  if (asked && !asked->empty()) {
    const absl::MutexLock lock(&mutex_);
    categories_ = *asked;
    return *asked;
  }
  const auto node = sources_.place.cluster->OwnNodeLabels(deadline);
  if (!node && node.error().code != StatusCode::NOT_FOUND) return Fail(node.error());
  const bool labelled = node && std::ranges::any_of(*node, [](const auto& label) {
                          return label.first.starts_with(kDiskTypeLabelPrefix);
                        });
  if (!node || labelled) return std::vector<std::string>{};
  return Fail(
      StatusCode::UNAVAILABLE,
      fmt::format("which categories {} takes in {} is unknown: {}", place.instance_type, place.zone,
                  asked ? "the cloud names none"
                        : fmt::format("{}: {}", asked.error().code, asked.error().message)));
}

Result<void> OwnNodeInfo::MarkNode(const NodePlace& place, std::optional<std::int64_t> max_volumes,
                                   const Deadline& deadline) {
  auto* cluster = sources_.place.cluster;
  if (!sources_.marks_node || cluster == nullptr || sources_.cloud == nullptr ||
      place.instance_type.empty()) {
    return {};
  }
  const auto categories = Categories(place, deadline);
  if (!categories) return Fail(categories.error());
  NodeMarks marks;
  for (const auto& category : *categories) {
    marks.labels[std::string(kDiskTypeLabelPrefix) + category] = kDiskTypeAvailable;
  }
  if (max_volumes) {
    marks.annotations[std::string(kAllocatableAnnotation)] = std::to_string(*max_volumes);
  }
  auto marked = cluster->MarkOwnNode(marks, deadline);
  if (!marked && marked.error().code == StatusCode::NOT_FOUND) return {};
  return marked;
}

// A disk is CSI's when it carries the name of a volume. A disk that a PersistentVolume made by hand
// names carries none: then Kubernetes knows. Both outlive this process.
Result<std::int64_t> OwnNodeInfo::ForeignDisks(const std::string& instance_id,
                                               const Deadline& deadline) const {
  std::set<std::string> unnamed;
  DiskQuery query{.instance_id = instance_id, .max_results = kPage};
  do {
    const auto page = sources_.cloud->DescribeDisks(query);
    if (!page) return Unknown(instance_id, page.error());
    for (const auto& disk : page->disks) {
      if (!FindTag(disk.tags, kVolumeNameTag)) unnamed.insert(disk.id);
    }
    query.next_token = page->next_token;
  } while (!query.next_token.empty());
  if (!unnamed.empty() && sources_.place.cluster != nullptr) {
    const auto volumes = sources_.place.cluster->OwnVolumes(deadline);
    if (!volumes) return Fail(volumes.error());
    std::erase_if(unnamed, [&](const std::string& id) { return volumes->contains(id); });
  }
  return static_cast<std::int64_t>(unnamed.size());
}

}  // namespace driver
