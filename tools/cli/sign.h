#pragma once
// Signature V1 of the RPC style, for our own clients. Source: ECS API reference, request
// signatures.
#include <map>
#include <string>
#include <string_view>

namespace zonedisk {

struct Credentials {
  std::string access_key_id;
  std::string access_key_secret;
};

using Parameters = std::map<std::string, std::string>;

// Keeps A-Z a-z 0-9 - _ . ~ and writes every other byte as %XX.
std::string PercentEncode(std::string_view text);

// What is signed: METHOD&%2F&encoded canonical query. `parameters` without Signature.
std::string StringToSign(std::string_view method, const Parameters& parameters);

// base64(HMAC-SHA1(secret + "&", string_to_sign)).
std::string Signature(std::string_view access_key_secret, std::string_view string_to_sign);

// The whole query of a signed call: `parameters` completed with Version 2014-05-26, Format JSON and
// the public parameters, then Signature. `nonce` must be new for each call, `timestamp` is
// yyyy-MM-ddTHH:mm:ssZ.
std::string SignedQuery(std::string_view method, Parameters parameters,
                        const Credentials& credentials, std::string nonce, std::string timestamp);

}  // namespace zonedisk
