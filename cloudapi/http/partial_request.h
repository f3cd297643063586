#pragma once
// What can be read of a request that is refused.
#include <string_view>

#include "cloudapi/http/http.h"

namespace cloudapi {

// Method, path, query and headers as far as `bytes` holds them, whatever is wrong with the rest:
// enough to see in which format the caller wants its refusal.
HttpRequest ReadPartly(std::string_view bytes);

}  // namespace cloudapi
