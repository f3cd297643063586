#pragma once
// What every refusable function of cloudapi returns.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/expected.h"

namespace cloudapi {

// One value that a rule compared, kept for explanations: {"disk.zone", "cn-hangzhou-b"}.
struct Fact {
  std::string name;
  std::string value;
  bool operator==(const Fact&) const = default;
};

// What the OpenAPI answers when a call is refused.
struct ApiError {
  int http_status = 500;
  std::string code;     // ECS error code, e.g. "InvalidDiskId.NotFound"
  std::string message;  // our words: object, state, both zones; never another error code
  std::string rule;     // stable name of the row that refused, e.g. "attach.same-zone"
  std::vector<Fact> facts;
};

// A value or the refusal. A refusal is a value; exceptions mean that the process or its storage is
// broken and are caught only in the dispatcher.
template <class T>
using Result = base::Expected<T, ApiError>;

inline tl::unexpected<ApiError> Fail(ApiError error) {
  return tl::unexpected<ApiError>(std::move(error));
}

// Fail, spelled for rules: Refuse(403, "IncorrectDiskStatus", "attach.status", "disk d-1 is …").
inline tl::unexpected<ApiError> Refuse(int http_status, std::string_view code,
                                       std::string_view rule, std::string message,
                                       std::vector<Fact> facts = {}) {
  return Fail(ApiError{.http_status = http_status,
                       .code = std::string(code),
                       .message = std::move(message),
                       .rule = std::string(rule),
                       .facts = std::move(facts)});
}

}  // namespace cloudapi
