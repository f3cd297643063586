#include <algorithm>
#include <vector>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/inventory/inventory.h"
#include "cloudapi/base/json.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

using topology::Catalogue;
using topology::Zone;

// One SupportedResource.
struct Supported {
  std::string value;
  bool in_stock = true;
  std::optional<topology::SizeRange> sizes;  // disks only, GiB
};

struct Asked {
  std::string destination;
  std::string zone;
  std::string type;
  std::string system_category;
  std::string data_category;
  std::optional<std::int64_t> cores;
  std::optional<double> memory;
  bool region_scope = false;
};

bool TypeTakes(const Catalogue& catalogue, const std::string& type, const std::string& category) {
  if (type.empty() || category.empty()) return true;
  const auto* row = catalogue.FindInstanceType(type);
  return row != nullptr && std::ranges::find(row->categories, category) != row->categories.end();
}

std::vector<Supported> Disks(const Catalogue& catalogue, const Zone& zone, const Asked& query) {
  const bool system = query.destination == "SystemDisk";
  const std::string& wanted = system ? query.system_category : query.data_category;
  std::vector<Supported> rows;
  for (const auto& offer : zone.offers) {
    const auto* category = catalogue.FindCategory(offer.category);
    if (category == nullptr || (!wanted.empty() && wanted != offer.category)) continue;
    if (!TypeTakes(catalogue, query.type, offer.category)) continue;
    rows.push_back(
        {.value = offer.category,
         .in_stock = offer.in_stock,
         .sizes = system ? SystemSizes(category->name, category->sizes) : category->sizes});
  }
  return rows;
}

std::vector<Supported> Types(const Catalogue& catalogue, const Zone& zone, const Asked& query) {
  std::vector<Supported> rows;
  for (const auto& name : zone.instance_types) {
    const auto* type = catalogue.FindInstanceType(name);
    if (type == nullptr || (!query.type.empty() && query.type != name)) continue;
    if (query.cores && type->cpu != *query.cores) continue;
    if (query.memory && type->memory_gib != *query.memory) continue;
    if (!TypeTakes(catalogue, name, query.system_category) ||
        !TypeTakes(catalogue, name, query.data_category))
      continue;
    rows.push_back({.value = name});
  }
  return rows;
}

// What the zone has of the destination; empty: the zone is left out.
std::vector<Supported> RowsOf(const Catalogue& catalogue, const Zone& zone, const Asked& query) {
  const bool sold_here = query.type.empty() || std::ranges::find(zone.instance_types, query.type) !=
                                                   zone.instance_types.end();
  if (!sold_here) return {};
  if (query.destination == "Zone") return {{.value = zone.id}};
  if (query.destination == "IoOptimized") return {{.value = "optimized"}};
  if (query.destination == "Network") return {{.value = "vpc"}};
  if (query.destination == "InstanceType") return Types(catalogue, zone, query);
  if (query.destination == "ddh") return {};  // dedicated hosts are not sold
  return Disks(catalogue, zone, query);
}

// Regional categories are listed where the region is asked, for the types that can attach them.
std::vector<Supported> RegionalDisks(const Catalogue& catalogue, const Asked& query) {
  std::vector<Supported> rows;
  if (query.destination != "DataDisk") return rows;
  const auto* type = catalogue.FindInstanceType(query.type);
  for (const auto& category : catalogue.categories) {
    const bool fits = type == nullptr ||
                      std::ranges::find(type->categories, category.name) != type->categories.end();
    if (IsRegional(category.name))
      rows.push_back({.value = category.name, .in_stock = fits, .sizes = category.sizes});
  }
  return rows;
}

void WriteStatus(JsonWriter& json, bool in_stock) {
  json.Field("Status", in_stock ? "Available" : "SoldOut")
      .Field("StatusCategory", in_stock ? "WithStock" : "WithoutStock");
}

void WriteZone(JsonWriter& json, const std::string& region, const std::string& zone,
               const std::string& type, const std::vector<Supported>& rows) {
  json.BeginObject().Field("RegionId", region).Field("ZoneId", zone);
  WriteStatus(json, std::ranges::any_of(rows, &Supported::in_stock));
  json.Key("AvailableResources").BeginObject().Key("AvailableResource").BeginArray();
  json.BeginObject().Field("Type", type);
  json.Key("SupportedResources").BeginObject().Key("SupportedResource").BeginArray();
  for (const auto& row : rows) {
    json.BeginObject().Field("Value", row.value);
    WriteStatus(json, row.in_stock);
    if (row.sizes)
      json.Field("Min", row.sizes->min).Field("Max", row.sizes->max).Field("Unit", "GiB");
    json.EndObject();
  }
  json.EndArray().EndObject().EndObject().EndArray().EndObject().EndObject();
}

Result<Asked> Read(const Arguments& args) {
  Asked query{.destination = args.TextOrEmpty("DestinationResource"),
              .zone = args.TextOrEmpty("ZoneId"),
              .type = args.TextOrEmpty("InstanceType"),
              .system_category = args.TextOrEmpty("SystemDiskCategory"),
              .data_category = args.TextOrEmpty("DataDiskCategory"),
              .cores = args.Integer("Cores"),
              .memory = args.Number("Memory"),
              .region_scope = args.TextOrEmpty("Scope") == "region"};
  if (!query.type.empty() && (query.cores || query.memory))
    return Refuse(403, "InvalidParam.TypeAndCpuMem.Conflict", "available-resource.type-or-size",
                  "InstanceType excludes Cores and Memory.");
  return query;
}

}  // namespace

Result<Answer> DescribeAvailableResource(const ReadCall& call) {
  const auto known = CheckRegion(call, {.unknown_code = "Invalid.RegionId"});
  if (!known) return Fail(known.error());
  const auto query = Read(call.args);
  if (!query) return Fail(query.error());
  const auto& catalogue = call.catalogue;
  const auto& region = *catalogue.FindRegion(call.caller.region);
  JsonWriter json;
  json.BeginObject().Key("AvailableZone").BeginArray();
  if (query->region_scope && query->zone.empty()) {
    WriteZone(json, region.id, "", query->destination, RegionalDisks(catalogue, *query));
  } else {
    for (const auto& zone : region.zones) {
      if (!query->zone.empty() && query->zone != zone.id) continue;
      const auto rows = RowsOf(catalogue, zone, *query);
      if (!rows.empty()) WriteZone(json, region.id, zone.id, query->destination, rows);
    }
  }
  json.EndArray().EndObject();
  return Answer{.members = "\"AvailableZones\":" + json.Take()};
}

}  // namespace cloudapi
