#include "cloudapi/images/system_error.h"

#include <string>
#include <system_error>

namespace cloudapi {

ApiError SystemError(std::string_view what, int error_number) {
  return {.http_status = 500,
          .code = "InternalError",
          .message = std::string(what) + ": " + std::generic_category().message(error_number),
          .rule = "blocks"};
}

}  // namespace cloudapi
