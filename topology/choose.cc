#include "topology/choose.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace topology {
namespace {

template <class T>
bool Holds(const std::vector<T>& all, const T& one) {
  return std::ranges::find(all, one) != all.end();
}

template <class T>
void AddOnce(std::vector<T>& all, T one) {
  if (!Holds(all, one)) all.push_back(std::move(one));
}

// Levels to try: those asked for; none for a category that has no levels.
std::vector<std::string> LevelsOf(const CategoryRequest& wish, const Category& category) {
  if (wish.levels.empty() || category.levels.empty()) return {""};
  return wish.levels;
}

struct Sized {
  Attempt attempt;
  SizeRange range;
  std::int64_t limit_gib;
};

// Every known category and level, before sizes are looked at.
std::vector<Sized> Listed(const PlacementRequest& wish, const Catalogue& catalogue,
                          std::vector<Skip>& skipped) {
  std::vector<Sized> listed;
  for (const CategoryRequest& one : wish.categories) {
    if (!wish.node_categories.empty() && !Holds(wish.node_categories, one.category)) {
      AddOnce(skipped,
              {.reason = SkipReason::kNotOnNode, .category = one.category, .term = wish.node});
      continue;
    }
    const Category* category = catalogue.FindCategory(one.category);
    if (category == nullptr) {
      AddOnce(skipped, {.reason = SkipReason::kUnknownCategory, .category = one.category});
      continue;
    }
    for (const std::string& level : LevelsOf(one, *category)) {
      const auto range = catalogue.Sizes(one.category, level);
      if (range) {
        listed.push_back({{one.category, level, one.size_gib}, *range, one.limit_gib});
      } else {
        AddOnce(skipped,
                {.reason = SkipReason::kUnknownLevel, .category = one.category, .level = level});
      }
    }
  }
  return listed;
}

// Why it does not come in the size of the attempt.
std::optional<Skip> SizeProblem(const Sized& sized) {
  const Attempt& attempt = sized.attempt;
  const auto skip = [&attempt](SkipReason reason, std::int64_t bound_gib) {
    return Skip{.reason = reason,
                .category = attempt.category,
                .level = attempt.level,
                .bound_gib = bound_gib};
  };
  if (attempt.size_gib < sized.range.min) return skip(SkipReason::kSizeTooSmall, sized.range.min);
  if (attempt.size_gib > sized.range.max) return skip(SkipReason::kSizeTooLarge, sized.range.max);
  if (sized.limit_gib != 0 && attempt.size_gib > sized.limit_gib) {
    return skip(SkipReason::kSizeBeyondLimit, sized.limit_gib);
  }
  return std::nullopt;
}

std::vector<Attempt> AttemptsOf(const PlacementRequest& wish, const Catalogue& catalogue,
                                std::vector<Skip>& skipped) {
  std::vector<Attempt> attempts;
  for (Sized& sized : Listed(wish, catalogue, skipped)) {
    if (sized.attempt.size_gib == 0) sized.attempt.size_gib = sized.range.min;
    if (auto problem = SizeProblem(sized)) {
      AddOnce(skipped, std::move(*problem));
    } else {
      AddOnce(attempts, std::move(sized.attempt));
    }
  }
  return attempts;
}

std::vector<std::string> ZonesOfNodes(const Labels& term, const std::vector<Labels>& nodes) {
  std::set<std::string> zones;
  for (const Labels& node : nodes) {
    const auto zone = ZoneOf(node);
    if (zone && MeetsSegments(node, term)) zones.insert(*zone);
  }
  return {zones.begin(), zones.end()};
}

std::vector<std::string> ZonesOfRegion(const std::string& id, const Catalogue& catalogue) {
  std::set<std::string> zones;
  const Region* region = catalogue.FindRegion(id);
  if (region == nullptr) return {};
  for (const Zone& zone : region->zones) zones.insert(zone.id);
  return {zones.begin(), zones.end()};
}

class Chooser {
 public:
  Chooser(const PlacementRequest& wish, const Catalogue& catalogue)
      : wish_(wish), catalogue_(catalogue) {}

  PlaceChoice Choose() {
    const std::vector<Attempt> attempts = AttemptsOf(wish_, catalogue_, skipped_);
    if (attempts.empty()) return Answer(NothingFits());
    const std::vector<std::string> zones = OrderedZones();
    if (zones.empty()) return Answer(Outcome::kNoPlace);
    const std::vector<std::string> allowed = WithinZoneIds(zones);
    if (allowed.empty()) return Answer(Outcome::kZoneIdExcluded);
    for (const std::string& zone : allowed) Consider(zone, attempts);
    return Answer(candidates_.empty() ? Outcome::kNothingSold : Outcome::kCandidates);
  }

  PlaceChoice ChooseIn(const std::string& zone) {
    std::vector<Attempt> attempts = AttemptsOf(wish_, catalogue_, skipped_);
    if (attempts.empty()) return Answer(NothingFits());
    candidates_.push_back({.zone = zone, .attempts = std::move(attempts)});
    return Answer(Outcome::kCandidates);
  }

 private:
  PlaceChoice Answer(Outcome outcome) {
    return {outcome, std::move(candidates_), std::move(skipped_)};
  }

  [[nodiscard]] Outcome NothingFits() const {
    const auto has = [this](SkipReason reason) {
      return std::ranges::find(skipped_, reason, &Skip::reason) != skipped_.end();
    };
    if (has(SkipReason::kSizeTooLarge) || has(SkipReason::kSizeBeyondLimit)) {
      return Outcome::kSizeOutOfRange;
    }
    if (has(SkipReason::kSizeTooSmall)) return Outcome::kSizeTooSmall;
    return has(SkipReason::kNotOnNode) ? Outcome::kNotOnNode : Outcome::kNothingSold;
  }

  std::vector<std::string> ZonesOfTerm(const Labels& term) {
    const StandardLabels standard = ToStandard(term);
    const auto zone = ZoneOf(standard.labels);
    const auto region = RegionOf(standard.labels);
    const Region* home = zone ? catalogue_.RegionOf(*zone) : nullptr;
    if (!standard.conflicts.empty() || (region && home != nullptr && home->id != *region)) {
      AddOnce(skipped_, {.reason = SkipReason::kContradictoryTerm, .term = ToText(term)});
      return {};
    }
    if (zone) return {*zone};
    const bool has_free_keys = standard.labels.size() > (region ? 1U : 0U);
    std::vector<std::string> zones;
    if (has_free_keys) zones = ZonesOfNodes(standard.labels, wish_.nodes);
    // Without knowing the nodes the region is all there is to go by.
    const bool decided_by_nodes = has_free_keys && !wish_.nodes.empty();
    if (zones.empty() && region && !decided_by_nodes) zones = ZonesOfRegion(*region, catalogue_);
    if (zones.empty()) {
      AddOnce(skipped_, {.reason = SkipReason::kNoZoneInTerm, .term = ToText(term)});
    }
    return zones;
  }

  std::vector<std::string> ZonesOfTerms(const std::vector<Labels>& terms) {
    std::vector<std::string> zones;
    for (const Labels& term : terms) {
      for (std::string& zone : ZonesOfTerm(term)) AddOnce(zones, std::move(zone));
    }
    return zones;
  }

  // Where no topology says one.
  [[nodiscard]] std::vector<std::string> UnplacedZones() const {
    std::vector<std::string> zones = wish_.zone_ids;
    if (zones.empty()) {
      if (!wish_.default_zone.empty()) zones.push_back(wish_.default_zone);
      std::vector<std::string> others = wish_.node_zones;
      std::ranges::sort(others);
      zones.insert(zones.end(), others.begin(), others.end());
    }
    std::stable_partition(zones.begin(), zones.end(), [this](const std::string& zone) {
      return Holds(wish_.node_zones, zone);
    });
    return zones;
  }

  // Best first, no zone twice, none outside requisite.
  std::vector<std::string> OrderedZones() {
    std::vector<std::string> preferred = ZonesOfTerms(wish_.preferred);
    if (wish_.requisite.empty()) {
      for (const std::string& zone : UnplacedZones()) AddOnce(preferred, zone);
      return preferred;
    }
    const std::vector<std::string> requisite = ZonesOfTerms(wish_.requisite);
    std::vector<std::string> zones;
    for (const std::string& zone : preferred) {
      if (Holds(requisite, zone)) {
        zones.push_back(zone);
      } else {
        AddOnce(skipped_, {.reason = SkipReason::kNotInRequisite, .zone = zone});
      }
    }
    for (const std::string& zone : requisite) AddOnce(zones, zone);
    return zones;
  }

  std::vector<std::string> WithinZoneIds(const std::vector<std::string>& zones) {
    if (wish_.zone_ids.empty()) return zones;
    std::vector<std::string> allowed;
    for (const std::string& zone : zones) {
      if (Holds(wish_.zone_ids, zone)) {
        allowed.push_back(zone);
      } else {
        AddOnce(skipped_, {.reason = SkipReason::kNotInZoneId, .zone = zone});
      }
    }
    return allowed;
  }

  void Consider(const std::string& id, const std::vector<Attempt>& attempts) {
    const Zone* zone = catalogue_.FindZone(id);
    if (zone == nullptr) {
      AddOnce(skipped_, {.reason = SkipReason::kUnknownZone, .zone = id});
      return;
    }
    Candidate candidate{.zone = id};
    for (const Attempt& attempt : attempts) {
      const auto offer = std::ranges::find(zone->offers, attempt.category, &Offer::category);
      if (offer != zone->offers.end() && offer->in_stock) {
        candidate.attempts.push_back(attempt);
        continue;
      }
      const bool offered = offer != zone->offers.end();
      AddOnce(skipped_, {.reason = offered ? SkipReason::kSoldOut : SkipReason::kCategoryNotSold,
                         .zone = id,
                         .category = attempt.category});
    }
    if (!candidate.attempts.empty()) candidates_.push_back(std::move(candidate));
  }

  const PlacementRequest& wish_;
  const Catalogue& catalogue_;
  std::vector<Candidate> candidates_;
  std::vector<Skip> skipped_;
};

std::string CategoryText(const Skip& skip) {
  return skip.level.empty() ? skip.category : skip.category + ' ' + skip.level;
}

}  // namespace

PlaceChoice ChoosePlace(const PlacementRequest& wish, const Catalogue& catalogue) {
  return Chooser(wish, catalogue).Choose();
}

PlaceChoice ChooseIn(const std::string& zone, const PlacementRequest& wish,
                     const Catalogue& catalogue) {
  return Chooser(wish, catalogue).ChooseIn(zone);
}

std::string ToText(const Skip& skip) {
  const std::string zone = "zone " + skip.zone;
  switch (skip.reason) {
    case SkipReason::kNotInRequisite: return zone + " is preferred but not in requisite";
    case SkipReason::kNotInZoneId: return zone + " is not in zoneId";
    case SkipReason::kUnknownZone: return zone + " is unknown";
    case SkipReason::kContradictoryTerm: return "topology " + skip.term + " contradicts itself";
    case SkipReason::kNoZoneInTerm: return "topology " + skip.term + " names no known zone";
    case SkipReason::kNotOnNode: return "node " + skip.term + " does not take " + skip.category;
    case SkipReason::kUnknownCategory: return "category " + skip.category + " is unknown";
    case SkipReason::kUnknownLevel:
      return "category " + skip.category + " has no performance level " + skip.level;
    case SkipReason::kSizeTooSmall:
      return CategoryText(skip) + " begins at " + std::to_string(skip.bound_gib) + " GiB";
    case SkipReason::kSizeTooLarge:
      return CategoryText(skip) + " ends at " + std::to_string(skip.bound_gib) + " GiB";
    case SkipReason::kSizeBeyondLimit:
      return CategoryText(skip) + " needs more than the limit of " +
             std::to_string(skip.bound_gib) + " GiB";
    case SkipReason::kCategoryNotSold: return zone + " does not offer " + skip.category;
    case SkipReason::kSoldOut: return skip.category + " is sold out in zone " + skip.zone;
  }
  return {};
}

std::string ToText(const std::vector<Skip>& skipped) {
  std::string text;
  for (const Skip& skip : skipped) text += (text.empty() ? "" : "; ") + ToText(skip);
  return text;
}

}  // namespace topology
