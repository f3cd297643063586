#include "common/ecs/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

#include "common/base/text.h"

namespace ecs {
namespace {

// "a=1&b=2", sorted by name, encoded.
std::string CanonicalQuery(const Parameters& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (!query.empty()) query += '&';
    base::AppendPercentEncoded(query, name);
    query += '=';
    base::AppendPercentEncoded(query, value);
  }
  return query;
}

}  // namespace

std::string StringToSign(std::string_view method, const Parameters& parameters) {
  return std::string(method) + "&%2F&" + base::PercentEncode(CanonicalQuery(parameters));
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
  if (!credentials.security_token.empty()) {
    parameters["SecurityToken"] = credentials.security_token;
  }
  parameters["SignatureMethod"] = "HMAC-SHA1";
  parameters["SignatureVersion"] = "1.0";
  parameters["SignatureNonce"] = std::move(nonce);
  parameters["Timestamp"] = std::move(timestamp);
  const std::string signature =
      Signature(credentials.access_key_secret, StringToSign(method, parameters));
  return CanonicalQuery(parameters) + "&Signature=" + base::PercentEncode(signature);
}

}  // namespace ecs
