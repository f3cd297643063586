#pragma once
// In which zone, and as which category, a new disk is tried.
#include <cstdint>
#include <string>
#include <vector>

#include "topology/catalogue.h"
#include "topology/labels.h"

namespace topology {

// A category that would do, with the performance levels to try in order (empty: the category's
// default) and the size asked for.
struct CategoryRequest {
  std::string category;
  std::vector<std::string> levels;
  std::int64_t size_gib = 0;   // at least; 0: not said, the least that there is
  std::int64_t limit_gib = 0;  // at most; 0: no limit
};

struct PlacementRequest {
  // CSI's TopologyRequirement, each term its segments, in the given order.
  std::vector<Labels> requisite;
  std::vector<Labels> preferred;
  std::vector<std::string> zone_ids;        // class parameter zoneId; empty: any
  std::vector<CategoryRequest> categories;  // in the order of preference
  std::string default_zone;  // where neither topology nor zoneId name a zone; may be empty
  // Zones in which the cluster has nodes for such a disk; empty: not known.
  std::vector<std::string> node_zones;
  // The node that the disk is for, and the categories that it takes; no categories: not known.
  std::string node;
  std::vector<std::string> node_categories;
  // Labels of the cluster's nodes, if known: they give a zone to terms that name none (hostname,
  // rack). Their order is irrelevant.
  std::vector<Labels> nodes;
};

// One CreateDisk to try. `level` is empty where none was asked for or the category has none.
struct Attempt {
  std::string category;
  std::string level;
  std::int64_t size_gib = 0;
  bool operator==(const Attempt&) const = default;
};

struct Candidate {
  std::string zone;
  std::vector<Attempt> attempts;  // never empty
  bool operator==(const Candidate&) const = default;
};

enum class SkipReason {
  kNotInRequisite,     // a preferred zone outside requisite
  kNotInZoneId,        // the class's zoneId does not list it
  kUnknownZone,        // not in the catalogue
  kContradictoryTerm,  // a term that names two zones, or a zone outside its region
  kNoZoneInTerm,       // a term without zone, known region or known node
  kNotOnNode,          // the node, `term`, does not take the category
  kUnknownCategory,    // not in the catalogue
  kUnknownLevel,       // the category has no such performance level
  kSizeTooSmall,       // the category, at this level, begins at `bound_gib`
  kSizeTooLarge,       // it ends at `bound_gib`
  kSizeBeyondLimit,    // the least that would do is more than the limit, `bound_gib`
  kCategoryNotSold,    // the zone does not offer it
  kSoldOut,            // the zone offers it and has none left
};

// Why something was not tried. Fields that do not apply are empty.
struct Skip {
  SkipReason reason;
  std::string zone;
  std::string category;
  std::string level;
  std::string term;  // the term as text, where it names no usable zone
  std::int64_t bound_gib = 0;
  bool operator==(const Skip&) const = default;
};

enum class Outcome {
  kCandidates,      // there is something to try
  kNothingSold,     // zones are allowed, none of them sells a wanted category
  kNotOnNode,       // the node takes none of the wanted categories
  kZoneIdExcluded,  // zoneId and requisite have no zone in common
  kSizeTooSmall,    // every wanted category begins above the size
  kSizeOutOfRange,  // no wanted category comes in this size, one ends below it or beyond the limit
  kNoPlace,         // no zone is named by anything: by no term, or nothing at all is given
};

struct PlaceChoice {
  Outcome outcome = Outcome::kNoPlace;
  std::vector<Candidate> candidates;  // best first, no zone twice; empty unless kCandidates
  std::vector<Skip> skipped;          // in the order of consideration
  bool operator==(const PlaceChoice&) const = default;
};

// Zones in the order preferred, requisite; without requisite also zoneId as listed, or where that
// is empty the default zone and then the others with nodes, sorted; where zones with nodes are
// known they come before those without. Filtered by requisite, zoneId and the catalogue. When
// requisite is given no candidate lies outside it. A term's keys may be standard, legacy or ACK's;
// a term with a region but no zone means all its zones, sorted; one that also has other keys means,
// where nodes are known, the zones of those that carry them all, sorted. A size that is said is
// never raised: what does not come in it is skipped. Source: CSI CreateVolume, TopologyRequirement.
PlaceChoice ChoosePlace(const PlacementRequest& wish, const Catalogue& catalogue);

// Every attempt in this zone, whatever it sells: the cloud refuses the rest. The outcome is that of
// ChoosePlace when no category comes in the size.
PlaceChoice ChooseIn(const std::string& zone, const PlacementRequest& wish,
                     const Catalogue& catalogue);

// One clause of plain text: "zone cn-hangzhou-k does not offer cloud_essd".
std::string ToText(const Skip& skip);
// All clauses, separated by "; ".
std::string ToText(const std::vector<Skip>& skipped);

}  // namespace topology
