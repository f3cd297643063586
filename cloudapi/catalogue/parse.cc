#include "cloudapi/catalogue/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "cloudapi/catalogue/json_node.h"
#include "common/base/files.h"

namespace cloudapi {
namespace {

constexpr std::size_t kCodeLength = 3;  // letters of a region in every id made there

bool IsLowerWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string Upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// Refuses a name that was there before.
void Unique(const JsonNode& node, std::set<std::string>& known, const std::string& name) {
  if (!known.insert(name).second) node.Refuse(fmt::format("{} is there twice", name));
}

topology::SizeRange ToSizes(const JsonNode& min, const JsonNode& max) {
  const topology::SizeRange sizes{min.AsWhole(1), max.AsWhole(1)};
  if (sizes.max < sizes.min) max.Refuse("must not be less than the minimum");
  return sizes;
}

topology::Category ToCategory(const JsonNode& row) {
  topology::Category category{.name = row.Text("name"),
                              .sizes = ToSizes(row.Member("min"), row.Member("max")),
                              .default_level = row.TextOr("default_level", ""),
                              .zonal = row.BoolOr("zonal", true),
                              .multi_attach = row.BoolOr("multi_attach", false),
                              .instant_snapshot = row.BoolOr("instant_snapshot", false),
                              .online_resize = row.BoolOr("online_resize", true)};
  std::set<std::string> names;
  for (const auto& level : row.ItemsOrNone("levels")) {
    category.levels.push_back(
        {.name = level.Item(0).AsText(), .sizes = ToSizes(level.Item(1), level.Item(2))});
    Unique(level, names, category.levels.back().name);
  }
  if (!category.default_level.empty() && !names.contains(category.default_level)) {
    row.Member("default_level").Refuse(fmt::format("{} is no level", category.default_level));
  }
  return category;
}

void AppendTypes(const JsonNode& family, topology::Catalogue& catalogue) {
  const auto name = family.Text("name");
  const auto nvme = family.Text("nvme");
  if (nvme != "supported" && nvme != "unsupported" && nvme != "required") {
    family.Member("nvme").Refuse("must be supported, unsupported or required");
  }
  std::vector<std::string> categories;
  for (const auto& item : family.Items("categories")) {
    categories.push_back(item.AsText());
    if (catalogue.FindCategory(categories.back()) == nullptr) {
      item.Refuse(fmt::format("{} is no category", categories.back()));
    }
  }
  for (const auto& row : family.Items("types")) {
    const auto type = name + "." + row.Text("size");
    if (catalogue.FindInstanceType(type) != nullptr) row.Refuse(type + " is there twice");
    catalogue.instance_types.push_back({.name = type,
                                        .family = name,
                                        .cpu = static_cast<int>(row.Whole("cpu", 1)),
                                        .memory_gib = row.Positive("memory"),
                                        .disk_quantity = static_cast<int>(row.Whole("disks", 0)),
                                        .nvme = nvme,
                                        .architecture = family.Text("architecture"),
                                        .categories = categories});
  }
}

// What a zone sells by the row `kind` of "offers".
std::vector<topology::Offer> ToOffers(const JsonNode& document, const std::string& kind,
                                      const topology::Catalogue& catalogue) {
  std::vector<topology::Offer> offers;
  for (const auto& item : document.Member("offers").Items(kind)) {
    offers.push_back({.category = item.AsText()});
    const auto* category = catalogue.FindCategory(offers.back().category);
    if (category == nullptr || !category->zonal) {
      item.Refuse(fmt::format("{} is no category that zones sell", offers.back().category));
    }
  }
  return offers;
}

std::vector<std::string> ToTypeNames(const JsonNode& document, const std::string& kind,
                                     const topology::Catalogue& catalogue) {
  std::set<std::string> families;
  for (const auto& item : document.Member("families_of").Items(kind)) {
    const auto family = item.AsText();
    families.insert(family);
    if (std::ranges::find(catalogue.instance_types, family, &topology::InstanceType::family) ==
        catalogue.instance_types.end()) {
      item.Refuse(fmt::format("{} is no family with types", family));
    }
  }
  std::vector<std::string> names;
  for (const auto& type : catalogue.instance_types) {
    if (families.contains(type.family)) names.push_back(type.name);
  }
  return names;
}

topology::Region ToRegion(const JsonNode& document, const JsonNode& row,
                          const topology::Catalogue& catalogue) {
  topology::Region region{.id = row.Text("id"),
                          .local_name = row.Text("zh"),
                          .id_code = row.Text("code"),
                          .local_name_en = row.Text("en")};
  if (!IsLowerWord(region.id_code) || region.id_code.size() != kCodeLength) {
    row.Member("code").Refuse("must be three lower-case letters or digits");
  }
  for (const auto& [letter, kind_node] : row.Members("zones")) {
    if (!IsLowerWord(letter)) kind_node.Refuse("a zone is lower-case letters and digits");
    const auto kind = kind_node.AsText();
    topology::Zone zone{.id = row.Text("zone_prefix") + letter,
                        .local_name = row.Text("city_zh") + " 可用区 " + Upper(letter),
                        .offers = ToOffers(document, kind, catalogue),
                        .instance_types = ToTypeNames(document, kind, catalogue),
                        .local_name_en = row.Text("city_en") + " Zone " + Upper(letter)};
    if (catalogue.FindZone(zone.id) != nullptr) kind_node.Refuse(zone.id + " is there twice");
    region.zones.push_back(std::move(zone));
  }
  return region;
}

tl::unexpected<ApiError> Unusable(std::string message) {
  return Refuse(500, "InternalError", "catalogue.file", std::move(message));
}

}  // namespace

Result<topology::Catalogue> ParseCatalogue(std::string_view text, const std::string& source) {
  JsonDocument json(text, source);
  if (json.Problem()) return Unusable(*json.Problem());
  const JsonNode document(json);
  topology::Catalogue catalogue;
  std::set<std::string> categories;
  for (const auto& row : document.Items("categories")) {
    catalogue.categories.push_back(ToCategory(row));
    Unique(row, categories, catalogue.categories.back().name);
  }
  for (const auto& row : document.Items("families")) AppendTypes(row, catalogue);
  std::set<std::string> ids;
  std::set<std::string> codes;
  for (const auto& row : document.Items("regions")) {
    catalogue.regions.push_back(ToRegion(document, row, catalogue));
    Unique(row.Member("id"), ids, catalogue.regions.back().id);
    Unique(row.Member("code"), codes, catalogue.regions.back().id_code);
  }
  if (catalogue.regions.empty()) json.Refuse("regions", "must not be empty");
  if (catalogue.categories.empty()) json.Refuse("categories", "must not be empty");
  if (json.Problem()) return Unusable(*json.Problem());
  return catalogue;
}

Result<topology::Catalogue> LoadCatalogue(const std::filesystem::path& file) {
  const auto text = base::ReadFile(file);
  if (!text || text->empty()) return Unusable(fmt::format("cannot read {}", file.string()));
  return ParseCatalogue(*text, file.string());
}

}  // namespace cloudapi
