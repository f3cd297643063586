#pragma once
// Signature V1 of the ECS OpenAPI (RPC style, HMAC-SHA1), as a client makes it. The server and the
// tests have code of their own for it: both ends with one implementation would agree with its
// mistakes. Source: ECS API reference, request signatures.
#include <map>
#include <string>
#include <string_view>

namespace ecs {

struct Credentials {
  std::string access_key_id;
  std::string access_key_secret;
  std::string security_token;  // of temporary keys, else empty
};

// Of one call, decoded.
using Parameters = std::map<std::string, std::string>;

// What is signed: METHOD&%2F&encoded canonical query. `parameters` without Signature.
std::string StringToSign(std::string_view method, const Parameters& parameters);

// base64(HMAC-SHA1(secret + "&", string_to_sign)).
std::string Signature(std::string_view access_key_secret, std::string_view string_to_sign);

// The whole query or form of a signed call: `parameters` completed with Version 2014-05-26, Format
// JSON and the public parameters, then Signature. `nonce` must be new for each call, `timestamp` is
// yyyy-MM-ddTHH:mm:ssZ.
std::string SignedQuery(std::string_view method, Parameters parameters,
                        const Credentials& credentials, std::string nonce, std::string timestamp);

}  // namespace ecs
