#include "cloudapi/catalogue/catalogue.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace cloudapi {

extern const std::string_view kCatalogueJson;

namespace {

using nlohmann::json;

topology::Category ToCategory(const json& row) {
  topology::Category category{
      .name = row.at("name").get<std::string>(),
      .sizes = {row.at("min").get<std::int64_t>(), row.at("max").get<std::int64_t>()},
      .default_level = row.value("default_level", ""),
      .zonal = row.value("zonal", true),
      .multi_attach = row.value("multi_attach", false),
      .instant_snapshot = row.value("instant_snapshot", false),
      .online_resize = row.value("online_resize", true)};
  for (const json& level : row.value("levels", json::array()))
    category.levels.push_back(
        {.name = level.at(0).get<std::string>(),
         .sizes = {level.at(1).get<std::int64_t>(), level.at(2).get<std::int64_t>()}});
  return category;
}

void AppendTypes(const json& family, std::vector<topology::InstanceType>& types) {
  const auto name = family.at("name").get<std::string>();
  for (const json& row : family.at("types"))
    types.push_back({.name = name + "." + row.at("size").get<std::string>(),
                     .family = name,
                     .cpu = row.at("cpu").get<int>(),
                     .memory_gib = row.at("memory").get<double>(),
                     .disk_quantity = row.at("disks").get<int>(),
                     .nvme = family.at("nvme").get<std::string>(),
                     .architecture = family.at("architecture").get<std::string>(),
                     .categories = family.at("categories").get<std::vector<std::string>>()});
}

// `kind` names a row of "offers" and of "families_of".
topology::Zone ToZone(const json& document, const json& region, const std::string& letter,
                      const std::string& kind, const topology::Catalogue& catalogue) {
  const auto upper = static_cast<char>(letter.front() - 'a' + 'A');
  topology::Zone zone{.id = region.at("zone_prefix").get<std::string>() + letter,
                      .local_name = region.at("city_zh").get<std::string>() + " 可用区 " + upper,
                      .local_name_en = region.at("city_en").get<std::string>() + " Zone " + upper};
  for (const json& category : document.at("offers").at(kind))
    zone.offers.push_back({.category = category.get<std::string>()});
  const auto families = document.at("families_of").at(kind).get<std::vector<std::string>>();
  for (const auto& type : catalogue.instance_types)
    if (std::ranges::find(families, type.family) != families.end())
      zone.instance_types.push_back(type.name);
  return zone;
}

topology::Region ToRegion(const json& document, const json& row,
                          const topology::Catalogue& catalogue) {
  topology::Region region{.id = row.at("id").get<std::string>(),
                          .local_name = row.at("zh").get<std::string>(),
                          .id_code = row.at("code").get<std::string>(),
                          .local_name_en = row.at("en").get<std::string>()};
  for (const auto& [letter, kind] : row.at("zones").items())
    region.zones.push_back(ToZone(document, row, letter, kind.get<std::string>(), catalogue));
  return region;
}

}  // namespace

topology::Catalogue BuiltInCatalogue() {
  const json document = json::parse(kCatalogueJson);
  topology::Catalogue catalogue;
  for (const json& row : document.at("categories")) catalogue.categories.push_back(ToCategory(row));
  for (const json& row : document.at("families")) AppendTypes(row, catalogue.instance_types);
  for (const json& row : document.at("regions"))
    catalogue.regions.push_back(ToRegion(document, row, catalogue));
  return catalogue;
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
