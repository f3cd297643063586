#pragma once
// What every refusable function of the driver returns.
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>
#include <utility>

#include "common/base/expected.h"

namespace driver {

// Where the cloud gave no well-formed answer, in place of its code: the call may or may not have
// had its effect.
inline constexpr std::string_view kNoAnswer = "Driver.NoAnswer";

// The status that a refused CSI call ends with. The message names the object and its
// state.
struct RpcError {
  grpc::StatusCode code = grpc::StatusCode::INTERNAL;
  std::string message;
  std::string cloud_code;  // of the cloud's refusal behind it; empty: the driver's own
  bool operator==(const RpcError&) const = default;
};

// A value or the refusal. Our code does not throw.
template <class T>
using Result = base::Expected<T, RpcError>;

inline tl::unexpected<RpcError> Fail(RpcError error) {
  return tl::unexpected<RpcError>(std::move(error));
}

inline tl::unexpected<RpcError> Fail(grpc::StatusCode code, std::string message) {
  return Fail(RpcError{code, std::move(message)});
}

inline grpc::Status ToGrpc(const RpcError& error) {
  return {error.code, error.message};
}

}  // namespace driver
