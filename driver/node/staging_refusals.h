#pragma once
// What a publication is refused with, whatever the volume holds.
#include <string>

#include "driver/node/staging.h"

namespace driver {

// "read-only" or "writable".
std::string ToWord(bool read_only);

// ALREADY_EXISTS; `how` the target is mounted: "read-only".
tl::unexpected<RpcError> PublishedOtherwise(const PublishRequest& request, const std::string& how);

// FAILED_PRECONDITION naming the target that has the volume.
tl::unexpected<RpcError> SecondWriter(const PublishRequest& request, const std::string& target);

}  // namespace driver
