#include "topology/one_zone.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace topology {
namespace {

// Of all terms, in the order in which they are looked at.
std::vector<std::string> NamedZones(const PlacementRequest& wish) {
  std::vector<std::string> zones;
  for (const auto* terms : {&wish.preferred, &wish.requisite}) {
    for (const Labels& term : *terms) {
      for (const std::string_view key : std::array{kAckZoneKey, kZoneKey}) {
        const auto named = term.find(std::string(key));
        if (named != term.end()) zones.push_back(named->second);
      }
    }
  }
  return zones;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string ConflictOf(const PlacementRequest& wish, const std::vector<std::string>& named) {
  if (wish.requisite.empty()) return {};
  if (named.empty()) return "the required topology names no zone";
  const std::set<std::string> missed(named.begin(), named.end());
  return "parameter zoneId lists " + Joined(wish.zone_ids) + ", the topology asks for " +
         Joined({missed.begin(), missed.end()});
}

}  // namespace

OneZone ChooseOneZone(const PlacementRequest& wish) {
  const std::vector<std::string> named = NamedZones(wish);
  const auto first = std::ranges::find_if(named, [&](const std::string& zone) {
    return wish.zone_ids.empty() || std::ranges::find(wish.zone_ids, zone) != wish.zone_ids.end();
  });
  if (first != named.end()) return {.zone = *first};
  return {.zone = wish.zone_ids.empty() ? wish.default_zone : wish.zone_ids.front(),
          .conflict = ConflictOf(wish, named)};
}

}  // namespace topology
