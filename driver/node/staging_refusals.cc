#include "driver/node/staging_refusals.h"

#include <fmt/core.h>

namespace driver {

using grpc::StatusCode;

std::string ToWord(bool read_only) {
  return read_only ? "read-only" : "writable";
}

tl::unexpected<RpcError> PublishedOtherwise(const PublishRequest& request, const std::string& how) {
  return Fail(StatusCode::ALREADY_EXISTS, fmt::format("volume {}: {} is already mounted, {}",
                                                      request.volume_id, request.target_path, how));
}

tl::unexpected<RpcError> SecondWriter(const PublishRequest& request, const std::string& target) {
  return Fail(StatusCode::FAILED_PRECONDITION,
              fmt::format("volume {} is published at {} and asked for a single writer",
                          request.volume_id, target));
}

}  // namespace driver
