#pragma once
// Signature V1 of the OpenAPI (HMAC-SHA1 over the sorted parameters).
#include <map>
#include <string>
#include <string_view>

namespace driver {

// Parameters of one call, decoded.
using CallParameters = std::map<std::string, std::string>;

// RFC 3986: all but letters, digits and "-_.~" as %XX, upper case.
std::string PercentEncode(std::string_view text);

// "a=1&b=2", sorted by name, encoded.
std::string CanonicalQuery(const CallParameters& parameters);

// Base64 of the signature. `method` is "GET" or "POST".
std::string SignV1(std::string_view method, const CallParameters& parameters,
                   std::string_view secret);

}  // namespace driver
