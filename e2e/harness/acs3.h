#pragma once
// Requests signed by ACS3-HMAC-SHA256, byte by byte. Source: OpenAPI, "V3 request syntax and
// signature".
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/harness/api.h"

namespace e2e {

// In lower-case hexadecimal digits.
std::string Sha256(std::string_view text);

struct Acs3Request {
  std::string method = "POST";
  Parameters query;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

// The headers that must be signed, sorted.
const std::vector<std::string>& Acs3Headers();

// A request with these headers and authorization, as the key's owner sends it.
Acs3Request SignedAcs3(const std::string& action, Parameters query, const std::string& body,
                       const Stamp& stamp, const Key& key = {});
// Signs as it is, only the headers named.
void SignAcs3(Acs3Request& request, const std::vector<std::string>& names, const Key& key = {});
std::string StringToSignAcs3(const Acs3Request& request, const std::vector<std::string>& names);

// As it goes to the socket; the server shall close.
std::string ToBytes(const Acs3Request& request);

}  // namespace e2e
