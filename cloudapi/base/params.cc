#include "cloudapi/base/params.h"

#include <algorithm>
#include <cstdint>

namespace cloudapi {
namespace {

// One parameter "Name.3" or "Name.3.Member".
struct Indexed {
  std::int64_t index = 0;
  std::string_view member;
  std::string_view value;
};

// Every parameter below `name`, in numeric order of its index.
std::vector<Indexed> IndexedBelow(const Params::Map& values, std::string_view name) {
  std::vector<Indexed> found;
  const std::string prefix = std::string(name) + ".";
  for (auto it = values.lower_bound(std::string_view(prefix)); it != values.end(); ++it) {
    std::string_view rest = it->first;
    if (!base::StartsWithNoCase(rest, prefix)) break;
    rest.remove_prefix(prefix.size());
    const auto dot = rest.find('.');
    const auto index = base::ParseNumber<std::int64_t>(rest.substr(0, dot));
    if (!index || *index < 1) continue;
    found.push_back({.index = *index,
                     .member = dot == std::string_view::npos ? "" : rest.substr(dot + 1),
                     .value = it->second});
  }
  std::ranges::stable_sort(found, {}, &Indexed::index);
  return found;
}

}  // namespace

void Params::Set(std::string name, std::string value) {
  values_.insert_or_assign(std::move(name), std::move(value));
}

void Params::Add(std::string name, std::string value) {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    values_.emplace(std::move(name), std::move(value));
  } else if (found->first != name) {
    other_spellings_.emplace(std::move(name), std::move(value));
  }
}

std::optional<std::string> Params::String(std::string_view name) const {
  const auto it = values_.find(name);
  if (it == values_.end() || it->second.empty()) return std::nullopt;
  return it->second;
}

std::string Params::StringOr(std::string_view name, std::string_view fallback) const {
  return String(name).value_or(std::string(fallback));
}

bool Params::Has(std::string_view name) const {
  return values_.find(name) != values_.end();
}

std::optional<std::int64_t> Params::Integer(std::string_view name) const {
  const auto text = String(name);
  return text ? base::ParseNumber<std::int64_t>(*text) : std::nullopt;
}

std::vector<std::string> Params::List(std::string_view name) const {
  std::vector<std::string> items;
  for (const Indexed& item : IndexedBelow(values_, name)) {
    if (item.member.empty() && !item.value.empty()) items.emplace_back(item.value);
  }
  return items;
}

std::vector<Params::Map> Params::Structs(std::string_view name) const {
  std::vector<Map> rows;
  std::int64_t last = 0;
  for (const Indexed& item : IndexedBelow(values_, name)) {
    if (item.member.empty()) continue;
    if (item.index != last) rows.emplace_back();
    last = item.index;
    rows.back().insert_or_assign(std::string(item.member), std::string(item.value));
  }
  return rows;
}

}  // namespace cloudapi
