#include "driver/controller/zones.h"

#include <algorithm>
#include <utility>

#include "driver/cloud/retry.h"

namespace driver {
namespace {

constexpr Duration kCatalogueLife = std::chrono::seconds(60);

topology::PlacementRequest ToPlacement(const CreateVolumeRequest& wanted,
                                       const std::string& default_zone) {
  topology::PlacementRequest placement{.requisite = wanted.requisite,
                                       .preferred = wanted.preferred,
                                       .zone_ids = wanted.disk.zones,
                                       .default_zone = default_zone};
  for (const auto& category : wanted.disk.categories) {
    topology::CategoryRequest one{.category = category,
                                  .size_gib = wanted.size.at_least_gib,
                                  .limit_gib = wanted.size.at_most_gib};
    if (category == "cloud_essd") one.levels = wanted.disk.levels;
    placement.categories.push_back(std::move(one));
  }
  return placement;
}

RpcError NowhereError(const topology::PlaceChoice& choice) {
  const auto reasons = topology::ToText(choice.skipped);
  switch (choice.outcome) {
    case topology::Outcome::kSizeOutOfRange:
      return {grpc::StatusCode::OUT_OF_RANGE, "no wanted category comes in this size: " + reasons};
    case topology::Outcome::kZoneIdExcluded:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "parameter zoneId and the required topology have no zone in common: " + reasons};
    case topology::Outcome::kNothingSold:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "no allowed zone sells a wanted category: " + reasons};
    case topology::Outcome::kNoPlace:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "neither topology, zoneId nor a default names a usable zone" +
                  (reasons.empty() ? "" : ": " + reasons)};
    case topology::Outcome::kCandidates: break;
  }
  return {grpc::StatusCode::INTERNAL, "candidates without attempts"};
}

std::vector<DiskAttempt> Flatten(const topology::PlaceChoice& choice) {
  std::vector<DiskAttempt> attempts;
  for (const auto& candidate : choice.candidates) {
    for (const auto& attempt : candidate.attempts) {
      attempts.push_back({candidate.zone, attempt.category, attempt.level, attempt.size_gib});
    }
  }
  return attempts;
}

bool IsSoldInAny(const topology::Catalogue& catalogue, const std::vector<std::string>& zones,
                 const std::string& category) {
  return std::ranges::any_of(
      zones, [&](const std::string& zone) { return catalogue.Sells(zone, category); });
}

// The zones that the request allows, of those that exist.
std::vector<std::string> AllowedZones(const CapacityRequest& request,
                                      const topology::Catalogue& catalogue) {
  const auto wanted = request.place ? topology::ZoneOf(*request.place) : std::nullopt;
  const auto region = request.place ? topology::RegionOf(*request.place) : std::nullopt;
  std::vector<std::string> zones;
  for (const auto& known : catalogue.regions) {
    for (const auto& zone : known.zones) {
      const bool listed =
          request.disk.zones.empty() ||
          std::ranges::find(request.disk.zones, zone.id) != request.disk.zones.end();
      if (listed && (!wanted || *wanted == zone.id) && (!region || *region == known.id)) {
        zones.push_back(zone.id);
      }
    }
  }
  return zones;
}

// Whether only Nodes can tell the zones that the term means: it names none, and more than a region.
bool NeedsNodes(const topology::Labels& term) {
  return !topology::ZoneOf(term) && std::ranges::any_of(term, [](const auto& segment) {
    return topology::StandardKey(segment.first) != topology::kRegionKey;
  });
}

// Whether a volume of this class can be used in all these ways.
bool IsUsable(const CapacityRequest& request) {
  return std::ranges::all_of(request.uses, [&](const VolumeUse& use) {
    return CheckServed(use).has_value() && (!IsMultiNode(use.mode) || request.disk.multi_attach);
  });
}

}  // namespace

Zones::Zones(Cloud& cloud, Clock& clock, std::string default_zone, Cluster* cluster)
    : cloud_(cloud), clock_(clock), cluster_(cluster), default_zone_(std::move(default_zone)) {}

Result<std::vector<topology::Labels>> Zones::NodesFor(const std::vector<topology::Labels>& terms,
                                                      Freshness freshness,
                                                      const Deadline& deadline) {
  if (cluster_ == nullptr || std::ranges::none_of(terms, NeedsNodes)) {
    return std::vector<topology::Labels>{};
  }
  return cluster_->NodeLabels(freshness, deadline);
}

Result<bool> Zones::Allows(const std::vector<topology::Labels>& requisite, const std::string& zone,
                           const Deadline& deadline) {
  if (requisite.empty()) return true;
  const auto nodes = NodesFor(requisite, Freshness::kNow, deadline);
  if (!nodes) return Fail(nodes.error());
  return std::ranges::any_of(requisite, [&](const topology::Labels& term) {
    if (nodes->empty() || !NeedsNodes(term)) return topology::ZoneOf(term).value_or(zone) == zone;
    return std::ranges::any_of(*nodes, [&](const topology::Labels& node) {
      return topology::ZoneOf(node) == zone && topology::MeetsSegments(node, term);
    });
  });
}

Result<Zones::Known> Zones::Catalogue(const Deadline& deadline, bool refresh) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!refresh && catalogue_ && clock_.Now() - asked_at_ < kCatalogueLife) {
      return Known{*catalogue_, false};
    }
  }
  auto catalogue =
      RetryThrottled(clock_, deadline, "ask what the zones of " + cloud_.Region() + " sell",
                     [&] { return cloud_.DescribeAvailableResource(); });
  if (!catalogue) return Fail(catalogue.error());
  const absl::MutexLock lock(&mutex_);
  catalogue_ = *catalogue;
  asked_at_ = clock_.Now();
  return Known{std::move(*catalogue), true};
}

Result<std::vector<DiskAttempt>> Zones::Choose(const CreateVolumeRequest& wanted,
                                               const Deadline& deadline) {
  auto placement = ToPlacement(wanted, default_zone_);
  auto terms = wanted.requisite;
  terms.insert(terms.end(), wanted.preferred.begin(), wanted.preferred.end());
  auto nodes = NodesFor(terms, Freshness::kRecent, deadline);
  if (!nodes) return Fail(nodes.error());
  placement.nodes = std::move(*nodes);
  auto known = Catalogue(deadline, false);
  if (!known) return Fail(known.error());
  auto choice = topology::ChoosePlace(placement, known->catalogue);
  // A refusal never rests on old knowledge: stock may have come back, a Node may have come.
  if (choice.candidates.empty() && (!known->fresh || !placement.nodes.empty())) {
    known = Catalogue(deadline, true);
    if (!known) return Fail(known.error());
    nodes = NodesFor(terms, Freshness::kNow, deadline);
    if (!nodes) return Fail(nodes.error());
    placement.nodes = std::move(*nodes);
    choice = topology::ChoosePlace(placement, known->catalogue);
  }
  if (choice.candidates.empty()) return Fail(NowhereError(choice));
  return Flatten(choice);
}

Result<Zones::Sizes> Zones::Capacity(const CapacityRequest& request, const Deadline& deadline) {
  if (!IsUsable(request)) return Sizes{};
  auto known = Catalogue(deadline, false);
  if (!known) return Fail(known.error());
  const auto zones = AllowedZones(request, known->catalogue);
  Sizes sizes;
  for (const auto& category : request.disk.categories) {
    if (!IsSoldInAny(known->catalogue, zones, category)) continue;
    auto levels = category == "cloud_essd" ? request.disk.levels : std::vector<std::string>{};
    if (levels.empty()) levels.emplace_back();
    for (const auto& level : levels) {
      const auto range = known->catalogue.Sizes(category, level);
      if (!range) continue;
      const auto least = range->min * kBytesPerGiB;
      sizes.least_bytes = sizes.most_bytes == 0 ? least : std::min(sizes.least_bytes, least);
      sizes.most_bytes = std::max(sizes.most_bytes, range->max * kBytesPerGiB);
    }
  }
  return sizes;
}

}  // namespace driver
