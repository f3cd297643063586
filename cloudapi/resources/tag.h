#pragma once
#include <string>

namespace cloudapi {

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

}  // namespace cloudapi
