#pragma once
// Parameters of actions that share a function and do not all declare the same: one that the action
// does not declare reads as absent.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cloudapi/actions/arguments.h"

namespace cloudapi {

inline std::string TextIf(const Arguments& args, std::string_view name,
                          std::string_view otherwise = "") {
  return args.Declares(name) ? args.TextOr(name, otherwise) : std::string(otherwise);
}
inline bool IsTrueIf(const Arguments& args, std::string_view name) {
  return args.Declares(name) && args.IsTrue(name);
}
inline std::optional<std::int64_t> IntegerIf(const Arguments& args, std::string_view name) {
  return args.Declares(name) ? args.Integer(name) : std::nullopt;
}

}  // namespace cloudapi
