#pragma once
// The instance metadata service: what an instance can learn about itself.
#include <chrono>
#include <string>

#include "driver/base/clock.h"
#include "driver/node/node_place.h"

namespace driver {

inline constexpr const char* kDefaultMetadataUrl = "http://100.100.100.200";

struct MetadataSettings {
  std::string url = kDefaultMetadataUrl;      // scheme, host and port
  Duration limit = std::chrono::seconds(10);  // for everything, repetitions included
  std::chrono::milliseconds pause{1000};      // between two tries
};

// Asks for a token, then for the identity document. No answer, 401, 429 and 5xx are tried again,
// with a new token, until the limit.
// Errors: NOT_FOUND for 404, which is final; UNAVAILABLE when the limit has passed, for any other
// status, or for a document without a region.
// Source: ECS user guide, instance metadata and instance identity.
Result<NodePlace> FetchIdentity(Clock& clock, const MetadataSettings& settings);

}  // namespace driver
