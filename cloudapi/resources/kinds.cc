#include "cloudapi/resources/kinds.h"

#include <vector>

namespace cloudapi {

std::span<const KindInfo* const> Kinds() {
  static const std::vector<const KindInfo*> kinds = [] {
    std::vector<const KindInfo*> all;
    ForEachKind([&all](const KindInfo& kind) { all.push_back(&kind); });
    return all;
  }();
  return kinds;
}

const KindInfo* FindKind(std::string_view name) {
  for (const KindInfo* kind : Kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

}  // namespace cloudapi
