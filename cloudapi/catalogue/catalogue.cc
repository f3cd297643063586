#include "cloudapi/catalogue/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>
#include <vector>

#include "cloudapi/catalogue/parse.h"

namespace cloudapi {

extern const std::string_view kCatalogueJson;

topology::Catalogue BuiltInCatalogue() {
  auto catalogue = ParseCatalogue(kCatalogueJson, "catalogue.json");
  if (!catalogue) {
    std::cerr << catalogue.error().message << '\n';
    std::abort();
  }
  return std::move(*catalogue);
}

std::shared_ptr<const topology::Catalogue> CatalogueHolder::Get() const {
  const absl::MutexLock lock(&mutex_);
  return current_;
}

bool CatalogueHolder::SetStock(std::string_view zone, std::string_view category, bool in_stock) {
  const absl::MutexLock lock(&mutex_);
  auto changed = std::make_shared<topology::Catalogue>(*current_);
  for (auto& region : changed->regions)
    for (auto& candidate : region.zones) {
      if (candidate.id != zone) continue;
      const auto offer = std::ranges::find(candidate.offers, category, &topology::Offer::category);
      if (offer == candidate.offers.end()) return false;
      offer->in_stock = in_stock;
      current_ = std::move(changed);
      return true;
    }
  return false;
}

std::vector<StockChange> CatalogueHolder::Changes() const {
  const auto current = Get();
  std::vector<StockChange> changes;
  for (const auto& region : current->regions)
    for (const auto& zone : region.zones)
      for (const auto& offer : zone.offers)
        if (offer.in_stock != first_->Sells(zone.id, offer.category))
          changes.push_back(
              {.zone = zone.id, .category = offer.category, .in_stock = offer.in_stock});
  return changes;
}

void CatalogueHolder::Restore() {
  const absl::MutexLock lock(&mutex_);
  current_ = first_;
}

}  // namespace cloudapi
