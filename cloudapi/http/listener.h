#pragma once
// The socket that the server accepts connections from.
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

// Returns a listening socket that does not block. `port` 0 becomes the port bound. Errors: 500
// InternalError with one line, such as "cannot listen on 127.0.0.1:80: Permission denied".
Result<int> Listen(const std::string& host, int& port);

}  // namespace cloudapi
