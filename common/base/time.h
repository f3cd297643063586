#pragma once
#include <chrono>
#include <string>

namespace base {

// "2026-11-23T10:00:00Z": how the OpenAPI and Kubernetes write time. Fractions are cut off.
std::string FormatTime(std::chrono::system_clock::time_point time);

}  // namespace base
