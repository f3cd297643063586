#pragma once
// Values of class parameters, what a class may name, and the tags that it may set.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"

namespace driver {

using Parameters = std::map<std::string, std::string>;

// Parameters that the sidecars add are not of the class.
inline constexpr std::string_view kSidecarPrefix = "csi.storage.k8s.io/";
inline constexpr std::string_view kTagPrefix = "diskTags/";
inline constexpr std::string_view kRemoveTagPrefix = "-diskTags/";

inline constexpr std::array<std::string_view, 11> kKnownCategories = {
    "cloud",          "cloud_efficiency", "cloud_ssd",
    "cloud_essd",     "cloud_auto",       "cloud_essd_entry",
    "cloud_essd_xc0", "cloud_essd_xc1",   "cloud_regional_disk_auto",
    "cloud_pperf",    "cloud_sperf",
};
inline constexpr std::array<std::string_view, 4> kKnownLevels = {"PL0", "PL1", "PL2", "PL3"};

// INVALID_ARGUMENT: "parameter NAME WHY".
tl::unexpected<RpcError> RefuseParameter(std::string_view name, std::string_view why);

// All refuse a malformed value with INVALID_ARGUMENT.
// Splits at commas. Members are not trimmed: ACK refuses "a, b" too.
Result<std::vector<std::string>> ParseList(std::string_view name, std::string_view text);
// The same of known members only.
Result<std::vector<std::string>> ParseListOf(std::string_view name, std::string_view text,
                                             std::span<const std::string_view> known);
// A truth value as Go's strconv.ParseBool takes it.
Result<bool> ParseBool(std::string_view name, const std::string& text);
// A Kubernetes quantity, such as 20Gi, as it is.
Result<std::string> ParseQuantity(std::string_view name, const std::string& text);
// A whole number without sign.
Result<std::int64_t> ParseCount(const std::string& name, const std::string& text);

// Stores what was parsed, if it was; `to` is a Value or an optional of it.
template <class Value, class To>
Result<void> Store(Result<Value> parsed, To& to) {
  if (!parsed) return Fail(parsed.error());
  to = std::move(*parsed);
  return {};
}

// Tags that the driver itself writes; users cannot set or remove them.
bool IsOwnTag(std::string_view key);

// Adds a tag of the user, a parameter of this prefix, after checking the rules for keys and values.
Result<void> AddUserTag(Tags& tags, std::string_view prefix, const Tag& tag);

}  // namespace driver
