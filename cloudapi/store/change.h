#pragma once
// What happened to an object, as the followers of the cloud are told.
#include <cstdint>
#include <string>

#include "cloudapi/resources/kind.h"

namespace cloudapi {

// A committed change, published after the commit in revision order.
struct Change {
  std::int64_t revision = 0;
  std::string account;
  const KindInfo* kind = nullptr;
  std::string id;
  std::string request_id;
  std::string before;  // stored JSON document, empty for a new object
  std::string after;   // empty for a deleted one
};

}  // namespace cloudapi
