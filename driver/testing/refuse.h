#pragma once
// Refusals of the fake cloud.
#include <string>
#include <utility>

#include "driver/cloud/cloud.h"

namespace driver {

inline tl::unexpected<CloudError> Refuse(int status, std::string code, std::string message) {
  return Fail(CloudError{std::move(code), status, std::move(message)});
}

}  // namespace driver
