#include "driver/controller/zones.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "driver/cloud/retry.h"
#include "driver/controller/claim_warning.h"
#include "driver/csi/keys.h"
#include "topology/one_zone.h"

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

RpcError NowhereError(const topology::PlaceChoice& choice, std::int64_t size_gib) {
  const auto reasons = topology::ToText(choice.skipped);
  switch (choice.outcome) {
    case topology::Outcome::kSizeTooSmall:
      return {grpc::StatusCode::INVALID_ARGUMENT,
              "no wanted category comes in " + std::to_string(size_gib) + " GiB: " + reasons};
    case topology::Outcome::kSizeOutOfRange:
      return {grpc::StatusCode::OUT_OF_RANGE, "no wanted category comes in this size: " + reasons};
    case topology::Outcome::kNotOnNode:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "the chosen node takes no wanted category: " + reasons};
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

// The offers for disks of this class: those in its zones, of its categories.
std::vector<const topology::Offer*> OffersFor(const DiskParameters& disk,
                                              const std::optional<topology::Labels>& place,
                                              const topology::Catalogue& catalogue) {
  const auto allows = [](const std::vector<std::string>& list, const std::string& one) {
    return list.empty() || std::ranges::find(list, one) != list.end();
  };
  const auto wanted = place ? topology::ZoneOf(*place) : std::nullopt;
  const auto region = place ? topology::RegionOf(*place) : std::nullopt;
  std::vector<const topology::Offer*> offers;
  for (const auto& known : catalogue.regions) {
    for (const auto& zone : known.zones) {
      if (!allows(disk.zones, zone.id) || wanted.value_or(zone.id) != zone.id ||
          region.value_or(known.id) != known.id) {
        continue;
      }
      for (const auto& offer : zone.offers) {
        if (allows(disk.categories, offer.category)) offers.push_back(&offer);
      }
    }
  }
  return offers;
}

// What is in stock of these offers; of another category than cloud_essd in whatever level.
Zones::Sizes SizesOf(const DiskParameters& disk, const std::optional<topology::Labels>& place,
                     const topology::Catalogue& catalogue) {
  Zones::Sizes sizes;
  for (const auto* offer : OffersFor(disk, place, catalogue)) {
    if (!offer->in_stock) continue;
    auto levels = offer->category == "cloud_essd" ? disk.levels : std::vector<std::string>{};
    if (levels.empty()) levels.emplace_back();
    for (const auto& level : levels) {
      const auto range = catalogue.Sizes(offer->category, level);
      if (!range) continue;
      const auto least = range->min * kBytesPerGiB;
      sizes.least_bytes = sizes.most_bytes == 0 ? least : std::min(sizes.least_bytes, least);
      sizes.most_bytes = std::max(sizes.most_bytes, range->max * kBytesPerGiB);
    }
  }
  return sizes;
}

// Whether only Nodes can tell the zones that the term means: it names none, and more than a region.
bool NeedsNodes(const topology::Labels& term) {
  return !topology::ZoneOf(term) && std::ranges::any_of(term, [](const auto& segment) {
    return topology::StandardKey(segment.first) != topology::kRegionKey;
  });
}

// As the node plugin has labelled it; empty without any such label.
std::vector<std::string> CategoriesOfNode(const topology::Labels& labels) {
  std::vector<std::string> categories;
  for (const auto& [key, value] : labels) {
    if (key.starts_with(kDiskTypeLabelPrefix) && value == kDiskTypeAvailable) {
      categories.push_back(key.substr(kDiskTypeLabelPrefix.size()));
    }
  }
  return categories;
}

// Whether a volume of this class can be used in all these ways.
bool IsUsable(const CapacityRequest& request) {
  return std::ranges::all_of(request.uses, [&](const VolumeUse& use) {
    return CheckServed(use).has_value() && (!IsMultiNode(use.mode) || request.disk.multi_attach);
  });
}

}  // namespace

Zones::Zones(Cloud& cloud, Clock& clock, ZoneSettings settings)
    : cloud_(cloud), clock_(clock), settings_(std::move(settings)) {}

Result<std::vector<topology::Labels>> Zones::NodesFor(const std::vector<topology::Labels>& terms,
                                                      Freshness freshness,
                                                      const Deadline& deadline) {
  if (settings_.cluster == nullptr || std::ranges::none_of(terms, NeedsNodes)) {
    return std::vector<topology::Labels>{};
  }
  return settings_.cluster->NodeLabels(freshness, deadline);
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

Result<void> Zones::AddKnowledge(const CreateVolumeRequest& wanted, const Deadline& deadline,
                                 topology::PlacementRequest& placement) {
  if (settings_.cluster == nullptr) return {};
  if (settings_.reads_node_labels && !wanted.selected_node.empty()) {
    const auto labels = settings_.cluster->LabelsOf(wanted.selected_node, deadline);
    if (!labels && labels.error().code == grpc::StatusCode::NOT_FOUND) {
      return Fail(grpc::StatusCode::RESOURCE_EXHAUSTED,
                  "the chosen node " + wanted.selected_node + " is gone");
    }
    if (!labels) return Fail(labels.error());
    placement.node = wanted.selected_node;
    placement.node_categories = CategoriesOfNode(*labels);
  }
  const bool placed = !wanted.requisite.empty() || !wanted.preferred.empty();
  if (placed || settings_.keeps_to_one) return {};
  // Where it cannot be asked the default zone is as good as it was.
  const auto nodes = settings_.cluster->DriverNodeLabels(deadline);
  if (!nodes) return {};
  for (const auto& node : *nodes) {
    if (auto zone = topology::ZoneOf(node)) placement.node_zones.push_back(std::move(*zone));
  }
  return {};
}

Result<std::vector<DiskAttempt>> Zones::ChooseOne(const CreateVolumeRequest& wanted,
                                                  const topology::PlacementRequest& placement,
                                                  const Deadline& deadline) {
  const auto one = topology::ChooseOneZone(placement);
  if (!one.conflict.empty()) {
    spdlog::warn("volume {}: {}", wanted.name, one.conflict);
    WarnClaim(settings_.cluster, clock_, wanted.claim, "ConflictingZone", one.conflict, deadline);
  }
  if (one.zone.empty()) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT,
                "neither topology, zoneId nor a default names a zone");
  }
  const auto known = Catalogue(deadline, false);
  if (!known) return Fail(known.error());
  const auto choice = topology::ChooseIn(one.zone, placement, known->catalogue);
  if (!choice.candidates.empty()) return Flatten(choice);
  return Fail(grpc::StatusCode::INVALID_ARGUMENT,
              "no wanted category can be tried: " + topology::ToText(choice.skipped));
}

Result<std::vector<DiskAttempt>> Zones::Choose(const CreateVolumeRequest& wanted,
                                               const Deadline& deadline) {
  auto placement = ToPlacement(wanted, settings_.default_zone);
  if (auto added = AddKnowledge(wanted, deadline, placement); !added) return Fail(added.error());
  if (settings_.keeps_to_one) return ChooseOne(wanted, placement, deadline);
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
  if (choice.candidates.empty()) return Fail(NowhereError(choice, wanted.size.at_least_gib));
  return Flatten(choice);
}

Result<Zones::Sizes> Zones::Capacity(const CapacityRequest& request, const Deadline& deadline) {
  auto known = Catalogue(deadline, false);
  if (!known) return Fail(known.error());
  // What can be had nowhere is shown as had, so that CreateVolume is asked and says why not:
  // without capacity the scheduler says no more than that.
  if (request.refused || !IsUsable(request) ||
      OffersFor(request.disk, std::nullopt, known->catalogue).empty()) {
    return SizesOf({.categories = {}}, {}, known->catalogue);
  }
  return SizesOf(request.disk, request.place, known->catalogue);
}

}  // namespace driver
