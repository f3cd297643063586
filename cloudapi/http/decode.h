#pragma once
// Percent encoding as queries and forms use it, and its strict form that signatures use.
#include <string>
#include <string_view>

#include "cloudapi/base/params.h"

namespace cloudapi {

// "%41+b" → "A b". A percent sign without two hex digits stays as it is.
std::string DecodeComponent(std::string_view text);
// RFC 3986: everything but A-Z a-z 0-9 - _ . ~ becomes %XX in capitals. Appends to `out`.
void AppendEncoded(std::string& out, std::string_view text);
// "a=1&b=2" into `params`. A name that is there already keeps its first value.
void DecodeQuery(std::string_view query, Params& params);

}  // namespace cloudapi
