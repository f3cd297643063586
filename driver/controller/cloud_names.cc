#include "driver/controller/cloud_names.h"

#include <algorithm>
#include <cctype>

namespace driver {

bool IsCloudName(const std::string& name) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == ':' || c == '_' || c == '.' || c == '-';
  };
  return name.size() >= 2 && name.size() <= 128 &&
         std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
         std::ranges::all_of(name, fits) && !name.starts_with("auto");
}

}  // namespace driver
