#pragma once
// Times as the OpenAPI and Kubernetes write and read them, in UTC.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// "2021-06-07T06:08:54Z". Fractions are cut off.
std::string FormatTime(std::chrono::system_clock::time_point time);
// "2021-06-07T06:08Z".
std::string FormatMinutes(std::chrono::system_clock::time_point time);
// Both forms; nullopt when malformed.
std::optional<std::chrono::sys_seconds> ParseTime(std::string_view text);

}  // namespace base
