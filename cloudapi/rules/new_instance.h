#pragma once
// What RunInstances and CreateInstance make of the texts of an instance, as functions of values.
// Source: ECS API reference, RunInstances, CreateInstance.
#include <cstdint>
#include <string>
#include <string_view>

#include "cloudapi/base/result.h"

namespace cloudapi {

// The name of the instance at `index`, from 0, of `amount` that one call makes: "web[7,3]-a" gives
// web007-a, web008-a …; with `unique_suffix` and several instances other names get 001, 002 ….
std::string NameAt(std::string_view pattern, std::int64_t index, std::int64_t amount,
                   bool unique_suffix);
// Errors: 400 InvalidInstanceName.Malformed.
Result<void> CheckInstanceName(std::string_view name);
// 2 to 64 letters, digits, hyphens and periods, the latter two never at an end or in a row.
// Errors: 400 InvalidHostName.Malformed.
Result<void> CheckHostName(std::string_view name);
// Base64 of at most 32 KiB. Errors: 400 InvalidUserData.Base64FormatInvalid,
// InvalidUserData.SizeExceeded.
Result<void> CheckUserData(std::string_view base64);

}  // namespace cloudapi
