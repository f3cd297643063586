#include "topology/labels.h"

#include <algorithm>
#include <array>
#include <span>

namespace topology {
namespace {

struct Family {
  std::string_view standard;
  std::array<std::string_view, 3> keys;  // in order of precedence
};

constexpr std::array kFamilies = {
    Family{kZoneKey, {kZoneKey, kAckZoneKey, kLegacyZoneKey}},
    Family{kRegionKey, {kRegionKey, kAckRegionKey, kLegacyRegionKey}},
};

constexpr std::array kInstanceTypeKeys = {kInstanceTypeKey, kLegacyInstanceTypeKey};

std::optional<std::string> First(const Labels& labels, std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    const auto label = labels.find(std::string(key));
    if (label != labels.end() && !label->second.empty()) return label->second;
  }
  return std::nullopt;
}

void Gather(const Labels& labels, const Family& family, StandardLabels& into) {
  std::string kept_key;
  for (const std::string_view key : family.keys) {
    const auto label = labels.find(std::string(key));
    if (label == labels.end()) continue;
    into.labels.erase(label->first);
    if (kept_key.empty()) kept_key = label->first;
    const std::string& kept = labels.at(kept_key);
    if (label->second == kept) continue;
    into.conflicts.push_back({.standard_key = std::string(family.standard),
                              .kept_key = kept_key,
                              .kept_value = kept,
                              .contradicted_key = label->first,
                              .contradicted_value = label->second});
  }
  if (!kept_key.empty()) into.labels[std::string(family.standard)] = labels.at(kept_key);
}

}  // namespace

std::string_view StandardKey(std::string_view key) {
  for (const Family& family : kFamilies) {
    if (std::ranges::find(family.keys, key) != family.keys.end()) return family.standard;
  }
  return key;
}

StandardLabels ToStandard(const Labels& labels) {
  StandardLabels standard{.labels = labels, .conflicts = {}};
  for (const Family& family : kFamilies) Gather(labels, family, standard);
  return standard;
}

std::optional<std::string> ZoneOf(const Labels& labels) {
  return First(labels, kFamilies[0].keys);
}

std::optional<std::string> RegionOf(const Labels& labels) {
  return First(labels, kFamilies[1].keys);
}

std::optional<std::string> InstanceTypeOf(const Labels& labels) {
  return First(labels, kInstanceTypeKeys);
}

bool MeetsSegments(const Labels& node, const Labels& segments) {
  const Labels standard = ToStandard(node).labels;
  return std::ranges::all_of(segments, [&](const auto& segment) {
    const auto label = standard.find(std::string(StandardKey(segment.first)));
    return label != standard.end() && label->second == segment.second;
  });
}

std::string ToText(const Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    if (!text.empty()) text += ',';
    text.append(key).append(1, '=').append(value);
  }
  return text;
}

}  // namespace topology
