#pragma once
// The parameters of one call: query and form merged, names matched without case.
// Source: ECS OpenAPI, RPC style, "request parameters".
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "common/base/text.h"

namespace cloudapi {

enum class ParamType {
  kString,
  kInteger,  // 32 bit
  kLong,     // 64 bit
  kFloat,
  kBoolean,     // true / false, any case
  kList,        // Name.1=a&Name.2=b; gaps allowed
  kStructList,  // Name.1.Key=k&Name.1.Value=v, members in ParamSpec::members
  kJsonList,    // one parameter with a JSON array of strings: DiskIds=["d-1"]
  kObject,      // Name.Member=value
};

// One row of an action's parameter table. Validation, help, docs and tests walk these rows.
struct ParamSpec {
  std::string_view name;
  ParamType type = ParamType::kString;
  bool required = false;
  std::int64_t min = INT64_MIN;  // numbers: range; lists: count of items from 0 to max
  std::int64_t max = INT64_MAX;
  // What is answered when the parameter is missing; empty: 400 "MissingParameter".
  int missing_status = 400;
  std::string_view missing_code = {};
  // What is answered when it does not parse or is out of range; empty: 400 "InvalidParameter".
  int invalid_status = 400;
  std::string_view invalid_code = {};
  std::span<const std::string_view> members = {};  // kStructList only
};

using base::LessNoCase;

// Decoded parameters of one call. Values keep their bytes; names compare without case.
// A value type; not synchronised.
class Params {
 public:
  using Map = std::map<std::string, std::string, LessNoCase>;

  Params() = default;
  explicit Params(Map values) : values_(std::move(values)) {}

  void Set(std::string name, std::string value);
  const Map& All() const { return values_; }

  // Absent and empty both read as nothing: the gateway ignores empty parameters.
  std::optional<std::string> String(std::string_view name) const;
  std::string StringOr(std::string_view name, std::string_view fallback) const;
  // Presence even when empty: DiskIds= differs from no DiskIds.
  bool Has(std::string_view name) const;
  // These three answer nothing when absent; text that does not parse was refused by Validate.
  std::optional<std::int64_t> Integer(std::string_view name) const;
  std::optional<double> Float(std::string_view name) const;
  std::optional<bool> Boolean(std::string_view name) const;
  // Name.1, Name.2 … in numeric order; gaps and empty values are skipped.
  std::vector<std::string> List(std::string_view name) const;
  // Name.1.Key … : one map a row, in numeric order; member names compare without case. Members keep
  // empty values: a tag with an empty value is one.
  std::vector<Map> Structs(std::string_view name) const;
  // A JSON array of strings. Nothing when absent, empty or no such array; Validate refuses the
  // last.
  std::optional<std::vector<std::string>> JsonList(std::string_view name) const;

 private:
  Map values_;
};

// The row that declares a parameter as a caller names it ("tag.1.key" → Tag), or null.
const ParamSpec* FindSpec(std::span<const ParamSpec> specs, std::string_view name);

// Checks `params` against the rows in order. The first violation is answered with the row's codes.
// Unknown parameters are ignored, as the real gateway does; they are returned in `unknown`.
Result<std::vector<std::string>> Validate(std::span<const ParamSpec> specs, const Params& params);

}  // namespace cloudapi
