#include "tools/cli/sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

namespace zonedisk {
namespace {

bool Unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string CanonicalQuery(const Parameters& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (!query.empty()) query += '&';
    query += PercentEncode(name);
    query += '=';
    query += PercentEncode(value);
  }
  return query;
}

}  // namespace

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (Unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4U];
    encoded += kHex[byte & 15U];
  }
  return encoded;
}

std::string StringToSign(std::string_view method, const Parameters& parameters) {
  return std::string(method) + "&%2F&" + PercentEncode(CanonicalQuery(parameters));
}

std::string Signature(std::string_view access_key_secret, std::string_view string_to_sign) {
  const std::string key = std::string(access_key_secret) + "&";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(string_to_sign.data()), string_to_sign.size(),
       digest.data(), &size);
  std::string base64(4 * ((size + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), digest.data(),
                                     static_cast<int>(size));
  base64.resize(static_cast<std::size_t>(length));
  return base64;
}

std::string SignedQuery(std::string_view method, Parameters parameters,
                        const Credentials& credentials, std::string nonce, std::string timestamp) {
  parameters.try_emplace("Version", "2014-05-26");
  parameters.try_emplace("Format", "JSON");
  parameters["AccessKeyId"] = credentials.access_key_id;
  parameters["SignatureMethod"] = "HMAC-SHA1";
  parameters["SignatureVersion"] = "1.0";
  parameters["SignatureNonce"] = std::move(nonce);
  parameters["Timestamp"] = std::move(timestamp);
  const std::string signature =
      Signature(credentials.access_key_secret, StringToSign(method, parameters));
  return CanonicalQuery(parameters) + "&Signature=" + PercentEncode(signature);
}

}  // namespace zonedisk
