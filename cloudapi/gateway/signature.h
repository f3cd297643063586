#pragma once
// Signatures of requests: RPC style version 1.0 (HMAC-SHA1) and ACS3-HMAC-SHA256.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/http/http.h"

namespace cloudapi {

// METHOD&%2F&… over all parameters but Signature.
std::string StringToSignV1(std::string_view method, const Params& params);
// "ACS3-HMAC-SHA256\n" + hash of the canonical request over the client's list of signed headers.
std::string StringToSignV3(const HttpRequest& request,
                           const std::vector<std::string>& signed_headers);
std::string CanonicalRequestV3(const HttpRequest& request,
                               const std::vector<std::string>& signed_headers);

// In lower case.
std::string Sha256Hex(std::string_view bytes);
// In a time that depends on the lengths only.
bool SameSecret(std::string_view a, std::string_view b);

// A secret with the state of both HMACs after its key. Thread-safe once made.
class SigningKey {
 public:
  explicit SigningKey(std::string_view secret);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  std::string SignV1(std::string_view string_to_sign) const;  // base64
  std::string SignV3(std::string_view string_to_sign) const;  // hex

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cloudapi
