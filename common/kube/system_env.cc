#include "common/kube/system_env.h"

#include <cstdlib>

namespace kube {

std::optional<std::string> Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::chrono::steady_clock::time_point MonotonicNow() {
  return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point WallNow() {
  return std::chrono::system_clock::now();
}

}  // namespace kube
