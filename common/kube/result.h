#pragma once
// What every refusable function of this library returns.
#include <string>
#include <utility>

#include "common/base/expected.h"

namespace kube {

// A refused or unanswered call. The message never holds a token.
struct Error {
  int http_status = 0;  // 0 without an answer
  std::string reason;   // Kubernetes' own word, e.g. "NotFound"; empty where the answer had none
  std::string message;
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = base::Expected<T, Error>;

inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

inline bool IsNotFound(const Error& error) {
  return error.http_status == 404;
}
// The service account may not: RBAC.
inline bool IsForbidden(const Error& error) {
  return error.http_status == 403;
}
// A continue token that is too old, or a resource version that is gone.
inline bool IsExpired(const Error& error) {
  return error.http_status == 410;
}

}  // namespace kube
