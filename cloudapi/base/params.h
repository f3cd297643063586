#pragma once
// The parameters of one call as texts: query and form merged, names matched without case.
// Source: ECS OpenAPI, RPC style, "request parameters".
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/text.h"

namespace cloudapi {

using base::LessNoCase;

// Decoded parameters of one call. Values keep their bytes; names compare without case.
// A value type; not synchronised.
class Params {
 public:
  using Map = std::map<std::string, std::string, LessNoCase>;

  Params() = default;
  explicit Params(Map values) : values_(std::move(values)) {}

  void Set(std::string name, std::string value);
  // Unless the name is there already. One that is there in another case counts for signatures only.
  void Add(std::string name, std::string value);
  // Those: some SDKs send RegionId beside an action's own regionId, and sign both.
  const std::map<std::string, std::string>& OtherSpellings() const { return other_spellings_; }
  const Map& All() const { return values_; }

  // Absent and empty both read as nothing: the gateway ignores empty parameters.
  std::optional<std::string> String(std::string_view name) const;
  std::string StringOr(std::string_view name, std::string_view fallback) const;
  // Presence even when empty: DiskIds= differs from no DiskIds.
  bool Has(std::string_view name) const;
  // nullopt when absent or no whole number.
  std::optional<std::int64_t> Integer(std::string_view name) const;
  // Name.1, Name.2 … in numeric order; gaps and empty values are skipped.
  std::vector<std::string> List(std::string_view name) const;
  // Name.1.Key … : one map a row, in numeric order; member names compare without case. Members keep
  // empty values: a tag with an empty value is one.
  std::vector<Map> Structs(std::string_view name) const;

 private:
  Map values_;
  std::map<std::string, std::string> other_spellings_;
};

}  // namespace cloudapi
