#pragma once
// What is sold where, as a value: passed to every function that needs it, never global.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topology {

// Sizes in GiB, both ends included.
struct SizeRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
  [[nodiscard]] bool Contains(std::int64_t gib) const { return min <= gib && gib <= max; }
  bool operator==(const SizeRange&) const = default;
};

// A performance level of cloud_essd: PL0 … PL3.
struct PerformanceLevel {
  std::string name;
  SizeRange sizes;
  bool operator==(const PerformanceLevel&) const = default;
};

// A disk category. Source: ECS disk categories, limits by category.
struct Category {
  std::string name;  // "cloud_essd"
  SizeRange sizes;   // data disks; of PL1 for cloud_essd
  std::vector<PerformanceLevel> levels;
  std::string default_level;  // "PL1" for cloud_essd, else empty
  bool zonal = true;          // false: no zone lists it among its offers
  bool multi_attach = false;
  bool instant_snapshot = false;  // Available before accomplished
  bool online_resize = true;
  bool operator==(const Category&) const = default;
};

struct InstanceType {
  std::string name;  // "ecs.g7.xlarge"
  std::string family;
  int cpu = 0;
  double memory_gib = 0;
  int disk_quantity = 0;           // attachable data disks
  std::string nvme = "supported";  // supported | unsupported | required
  std::string architecture = "X86";
  std::vector<std::string> categories;  // disk categories that it can attach
  bool operator==(const InstanceType&) const = default;
};

// A category offered in a zone. Sold out: known there but nothing left.
struct Offer {
  std::string category;
  bool in_stock = true;
  bool operator==(const Offer&) const = default;
};

struct Zone {
  std::string id;  // "cn-hangzhou-b"
  std::string local_name;
  std::vector<Offer> offers;
  std::vector<std::string> instance_types;
  std::string local_name_en;  // the same name in English
  bool operator==(const Zone&) const = default;
};

struct Region {
  std::string id;  // "cn-hangzhou"
  std::string local_name;
  std::string id_code;  // three letters after the dash of every id made here: "bp1"
  std::vector<Zone> zones;
  std::string local_name_en;
  bool operator==(const Region&) const = default;
};

// Regions, categories and instance types. A value type; finders return null for unknown names and
// pointers that live as long as the catalogue is unchanged.
struct Catalogue {
  std::vector<Region> regions;
  std::vector<Category> categories;
  std::vector<InstanceType> instance_types;

  [[nodiscard]] const Region* FindRegion(std::string_view region) const;
  // Searches all regions; `region_of` tells which region it belongs to.
  [[nodiscard]] const Zone* FindZone(std::string_view zone) const;
  [[nodiscard]] const Region* RegionOf(std::string_view zone) const;
  [[nodiscard]] const Category* FindCategory(std::string_view category) const;
  [[nodiscard]] const InstanceType* FindInstanceType(std::string_view type) const;
  // Whether the zone offers the category and has stock.
  [[nodiscard]] bool Sells(std::string_view zone, std::string_view category) const;
  // The sizes of a category at a level ("" = its default), nothing when either is unknown.
  [[nodiscard]] std::optional<SizeRange> Sizes(std::string_view category,
                                               std::string_view level) const;
  bool operator==(const Catalogue&) const = default;
};

}  // namespace topology
