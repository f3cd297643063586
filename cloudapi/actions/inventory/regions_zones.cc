#include <algorithm>
#include <cctype>
#include <vector>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/inventory/inventory.h"
#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

constexpr std::string_view kCreatable[] = {"VSwitch", "IoOptimized", "Instance", "DedicatedHost",
                                           "disk"};

// Chinese is the API's default; Japanese names are not known and are answered in English.
bool InEnglish(const Arguments& args) {
  return args.TextOr("AcceptLanguage", "zh-CN") != "zh-CN";
}

// What a zone offers, each list sorted and without repetition.
struct ZoneDetails {
  std::vector<std::string> categories;  // in stock
  std::vector<std::string> types;
  std::vector<std::string> families;
  std::vector<std::string> generations;
};

void AddOnce(std::vector<std::string>& texts, const std::string& text) {
  const auto place = std::ranges::lower_bound(texts, text);
  if (place == texts.end() || *place != text) texts.insert(place, text);
}

ZoneDetails DetailsOf(const topology::Catalogue& catalogue, const topology::Zone& zone) {
  ZoneDetails details;
  for (const auto& offer : zone.offers)
    if (offer.in_stock) AddOnce(details.categories, offer.category);
  for (const auto& name : zone.instance_types) {
    const auto* type = catalogue.FindInstanceType(name);
    if (type == nullptr) continue;
    AddOnce(details.types, type->name);
    AddOnce(details.families, type->family);
    AddOnce(details.generations, GenerationOf(type->family));
  }
  return details;
}

// The one entry of AvailableResources; its inner names start lower-case in the API.
void WriteResources(JsonWriter& json, const ZoneDetails& details) {
  json.BeginObject().Field("IoOptimized", true);
  WriteTexts(json, "SystemDiskCategories", "supportedSystemDiskCategory", details.categories);
  WriteTexts(json, "DataDiskCategories", "supportedDataDiskCategory", details.categories);
  WriteTexts(json, "InstanceTypes", "supportedInstanceType", details.types);
  WriteTexts(json, "InstanceTypeFamilies", "supportedInstanceTypeFamily", details.families);
  WriteTexts(json, "InstanceGenerations", "supportedInstanceGeneration", details.generations);
  WriteTexts(json, "NetworkTypes", "supportedNetworkCategory", {"vpc"});
  json.EndObject();
}

void WriteZone(JsonWriter& json, const topology::Zone& zone, bool english,
               const std::optional<ZoneDetails>& details) {
  const ZoneDetails shown = details.value_or(ZoneDetails{});
  json.BeginObject()
      .Field("ZoneId", zone.id)
      .Field("ZoneType", "AvailabilityZone")
      .Field("LocalName", english ? zone.local_name_en : zone.local_name);
  json.Key("AvailableResources").BeginObject().Key("ResourcesInfo").BeginArray();
  if (details) WriteResources(json, shown);
  json.EndArray().EndObject();
  WriteTexts(json, "AvailableDiskCategories", "DiskCategories", shown.categories);
  WriteTexts(json, "AvailableInstanceTypes", "InstanceTypes", shown.types);
  WriteTexts(json, "AvailableResourceCreation", "ResourceTypes",
             {std::begin(kCreatable), std::end(kCreatable)});
  WriteTexts(json, "AvailableVolumeCategories", "VolumeCategories", {});
  WriteTexts(json, "AvailableDedicatedHostTypes", "DedicatedHostType", {});
  WriteTexts(json, "DedicatedHostGenerations", "DedicatedHostGeneration", {});
  json.EndObject();
}

}  // namespace

void WriteTexts(JsonWriter& json, std::string_view outer, std::string_view inner,
                const std::vector<std::string>& texts) {
  json.Key(outer).BeginObject().Key(inner).BeginArray();
  for (const auto& text : texts) json.Value(text);
  json.EndArray().EndObject();
}

std::string GenerationOf(std::string_view family) {
  for (const char c : family)
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return std::string("ecs-") + c;
  return "ecs-1";
}

Result<Answer> DescribeRegions(const ReadCall& call) {
  const bool english = InEnglish(call.args);
  JsonWriter json;
  json.BeginObject().Key("Region").BeginArray();
  for (const auto& region : call.catalogue.regions) {
    const std::string& own = call.settings.endpoint_host;
    json.BeginObject()
        .Field("RegionId", region.id)
        .Field("LocalName", english ? region.local_name_en : region.local_name)
        .Field("RegionEndpoint", own.empty() ? "ecs." + region.id + ".aliyuncs.com" : own)
        .Field("Status", "available")
        .EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = "\"Regions\":" + json.Take()};
}

Result<Answer> DescribeZones(const ReadCall& call) {
  if (const auto region = CheckRegion(call); !region) return Fail(region.error());
  const bool english = InEnglish(call.args);
  const bool verbose = call.args.Boolean("Verbose").value_or(true);
  JsonWriter json;
  json.BeginObject().Key("Zone").BeginArray();
  for (const auto& zone : call.catalogue.FindRegion(call.caller.region)->zones) {
    std::optional<ZoneDetails> details;
    if (verbose) details = DetailsOf(call.catalogue, zone);
    WriteZone(json, zone, english, details);
  }
  json.EndArray().EndObject();
  return Answer{.members = "\"Zones\":" + json.Take()};
}

}  // namespace cloudapi
