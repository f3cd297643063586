#pragma once
// Times as the API writes and reads them.
#include <optional>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"

namespace cloudapi {

// "2021-06-07T06:08:54Z" / "2021-06-07T06:08Z"
std::string FormatSeconds(SysMillis time);
std::string FormatMinutes(SysMillis time);
// Both forms; nullopt when malformed.
std::optional<SysMillis> ParseTime(std::string_view text);

}  // namespace cloudapi
