#include "topology/catalogue.h"

#include <algorithm>

namespace topology {
namespace {

template <class T>
const T* Find(const std::vector<T>& all, std::string_view name, std::string T::*member) {
  const auto found = std::ranges::find(all, name, member);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const Region* Catalogue::FindRegion(std::string_view region) const {
  return Find(regions, region, &Region::id);
}

const Zone* Catalogue::FindZone(std::string_view zone) const {
  const Region* region = RegionOf(zone);
  return region != nullptr ? Find(region->zones, zone, &Zone::id) : nullptr;
}

const Region* Catalogue::RegionOf(std::string_view zone) const {
  const auto has_zone = [&](const Region& region) {
    return Find(region.zones, zone, &Zone::id) != nullptr;
  };
  const auto found = std::ranges::find_if(regions, has_zone);
  return found == regions.end() ? nullptr : &*found;
}

const Category* Catalogue::FindCategory(std::string_view category) const {
  return Find(categories, category, &Category::name);
}

const InstanceType* Catalogue::FindInstanceType(std::string_view type) const {
  return Find(instance_types, type, &InstanceType::name);
}

bool Catalogue::Sells(std::string_view zone, std::string_view category) const {
  const Zone* place = FindZone(zone);
  const Offer* offer = place != nullptr ? Find(place->offers, category, &Offer::category) : nullptr;
  return offer != nullptr && offer->in_stock;
}

std::optional<SizeRange> Catalogue::Sizes(std::string_view category, std::string_view level) const {
  const Category* found = FindCategory(category);
  if (found == nullptr) return std::nullopt;
  const std::string_view wanted = level.empty() ? std::string_view(found->default_level) : level;
  if (wanted.empty()) return found->sizes;
  const PerformanceLevel* named = Find(found->levels, wanted, &PerformanceLevel::name);
  if (named == nullptr) return std::nullopt;
  return named->sizes;
}

}  // namespace topology
