#pragma once
// What this library takes from the process it runs in.
#include <chrono>
#include <optional>
#include <string>

namespace kube {

// An environment variable, nothing when unset or empty.
std::optional<std::string> Environment(const char* name);

// Never goes back.
std::chrono::steady_clock::time_point MonotonicNow();

std::chrono::system_clock::time_point WallNow();

}  // namespace kube
