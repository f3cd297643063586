#pragma once
// The parameters of queries and forms.
#include <string_view>

#include "cloudapi/base/params.h"

namespace cloudapi {

// "a=1&b=2" into `params`. A name that is there already keeps its first value.
void DecodeQuery(std::string_view query, Params& params);

}  // namespace cloudapi
