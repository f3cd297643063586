#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/base/params.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kInt32Max = 2147483647;

bool IsIndexed(ParamType type) {
  return type == ParamType::kList || type == ParamType::kStructList || type == ParamType::kObject;
}

// Some Name.Member that is not empty.
bool HasMember(std::string_view name, const Params& params) {
  const std::string prefix = std::string(name) + ".";
  for (auto at = params.All().lower_bound(prefix);
       at != params.All().end() && base::StartsWithNoCase(at->first, prefix); ++at)
    if (!at->second.empty()) return true;
  return false;
}

bool IsPresent(const ParamSpec& spec, const Params& params) {
  if (spec.type == ParamType::kList) return !params.List(spec.name).empty();
  // A structure of empty members is there: a tag's key may be refused for being empty.
  if (spec.type == ParamType::kStructList)
    return !params.Structs(spec.name).empty() || !params.List(spec.name).empty();
  if (spec.type == ParamType::kObject) return HasMember(spec.name, params);
  return params.String(spec.name).has_value();
}

// What is wrong with the value, empty when nothing is.
std::string CheckNumber(const ParamSpec& spec, const Params& params) {
  const auto number = params.Integer(spec.name);
  const bool narrow = spec.type == ParamType::kInteger;
  if (!number || (narrow && (*number > kInt32Max || *number < -kInt32Max - 1)))
    return "is not a whole number in range";
  if (*number < spec.min) return fmt::format("is less than {}", spec.min);
  if (*number > spec.max) return fmt::format("is greater than {}", spec.max);
  return {};
}

std::string CheckFloat(const ParamSpec& spec, const Params& params) {
  const auto number = params.Float(spec.name);
  if (!number) return "is not a number";
  if (*number < static_cast<double>(spec.min)) return fmt::format("is less than {}", spec.min);
  if (*number > static_cast<double>(spec.max)) return fmt::format("is greater than {}", spec.max);
  return {};
}

std::string CheckCount(const ParamSpec& spec, std::size_t count) {
  if (spec.max != INT64_MAX && static_cast<std::int64_t>(count) > spec.max)
    return fmt::format("has {} items, {} are allowed", count, spec.max);
  return {};
}

std::string CheckMembers(const ParamSpec& spec, const Params& params) {
  const auto rows = params.Structs(spec.name);
  if (!params.List(spec.name).empty()) return "is a list of structures, not of values";
  return CheckCount(spec, rows.size());
}

std::string CheckJsonList(const ParamSpec& spec, const Params& params) {
  const auto items = params.JsonList(spec.name);
  if (!items) return "is not a JSON array of strings";
  return CheckCount(spec, items->size());
}

std::string Check(const ParamSpec& spec, const Params& params) {
  switch (spec.type) {
    case ParamType::kString:
    case ParamType::kObject: return {};
    case ParamType::kInteger:
    case ParamType::kLong: return CheckNumber(spec, params);
    case ParamType::kFloat: return CheckFloat(spec, params);
    case ParamType::kBoolean: return params.Boolean(spec.name) ? "" : "is neither true nor false";
    case ParamType::kList: return CheckCount(spec, params.List(spec.name).size());
    case ParamType::kStructList: return CheckMembers(spec, params);
    case ParamType::kJsonList: return CheckJsonList(spec, params);
  }
  return {};
}

}  // namespace

const ParamSpec* FindSpec(std::span<const ParamSpec> specs, std::string_view name) {
  const auto found = std::ranges::find_if(specs, [name](const ParamSpec& spec) {
    if (!base::StartsWithNoCase(name, spec.name)) return false;
    return name.size() == spec.name.size() ||
           (IsIndexed(spec.type) && name[spec.name.size()] == '.');
  });
  return found == specs.end() ? nullptr : &*found;
}

Result<std::vector<std::string>> Validate(std::span<const ParamSpec> specs, const Params& params) {
  for (const auto& spec : specs) {
    if (!IsPresent(spec, params)) {
      if (!spec.required) continue;
      return Refuse(spec.missing_status,
                    spec.missing_code.empty() ? "MissingParameter" : spec.missing_code,
                    "parameter.required", fmt::format("The parameter {} is missing.", spec.name),
                    {{std::string(spec.name), ""}});
    }
    const auto problem = Check(spec, params);
    if (problem.empty()) continue;
    return Refuse(spec.invalid_status,
                  spec.invalid_code.empty() ? "InvalidParameter" : spec.invalid_code,
                  "parameter.valid", fmt::format("The parameter {} {}.", spec.name, problem),
                  {{std::string(spec.name), params.StringOr(spec.name, "")}});
  }
  std::vector<std::string> unknown;
  for (const auto& [name, value] : params.All())
    if (FindSpec(specs, name) == nullptr) unknown.push_back(name);
  return unknown;
}

}  // namespace cloudapi
