#include "cloudapi/gateway/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace cloudapi {
namespace {

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Mac = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

Mac KeyedMac(const char* digest, std::string_view key) {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Mac context(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);  // the context holds it
  std::string name = digest;
  const std::array params = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
               params.data());
  return context;
}

std::string Authenticate(const Mac& keyed, std::string_view text) {
  const Mac context(EVP_MAC_CTX_dup(keyed.get()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MAC_final(context.get(), out.data(), &size, out.size());
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string Base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// name=value&… sorted by the bytes of the names, in every spelling; without the parameter `but`.
std::string CanonicalQuery(const Params& params, std::string_view but = {}) {
  std::vector<const Params::Map::value_type*> pairs;
  const auto take = [&](const auto& map) {
    for (const auto& pair : map)
      if (but.empty() || !base::EqualNoCase(pair.first, but)) pairs.push_back(&pair);
  };
  take(params.All());
  take(params.OtherSpellings());
  std::ranges::sort(pairs, {}, [](const auto* pair) -> const std::string& { return pair->first; });
  std::string out;
  for (const auto* pair : pairs) {
    if (!out.empty()) out += '&';
    base::AppendPercentEncoded(out, pair->first);
    out += '=';
    base::AppendPercentEncoded(out, pair->second);
  }
  return out;
}

// All values of the header, sorted, with commas.
std::string CanonicalValue(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : request.headers)
    if (key == name) values.push_back(base::Trim(value, " \t"));
  std::ranges::sort(values);
  std::string out;
  for (const auto value : values) out += (out.empty() ? "" : ",") + std::string(value);
  return out;
}

}  // namespace

struct SigningKey::State {
  Mac v1;
  Mac v3;
};

SigningKey::SigningKey(std::string_view secret)
    : state_(std::make_unique<State>(State{.v1 = KeyedMac("SHA1", std::string(secret) + "&"),
                                           .v3 = KeyedMac("SHA256", secret)})) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

std::string SigningKey::SignV1(std::string_view string_to_sign) const {
  return Base64(Authenticate(state_->v1, string_to_sign));
}

std::string SigningKey::SignV3(std::string_view string_to_sign) const {
  return base::ToHex(Authenticate(state_->v3, string_to_sign));
}

std::string StringToSignV1(std::string_view method, const Params& params) {
  std::string out = std::string(method) + "&%2F&";
  base::AppendPercentEncoded(out, CanonicalQuery(params, "Signature"));
  return out;
}

std::string CanonicalRequestV3(const HttpRequest& request,
                               const std::vector<std::string>& signed_headers) {
  std::string out =
      request.method + "\n" + request.path + "\n" + CanonicalQuery(request.query) + "\n";
  std::string names;
  for (const auto& name : signed_headers) {
    out += name + ":" + CanonicalValue(request, name) + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  return out + "\n" + names + "\n" + Sha256Hex(request.body);
}

std::string StringToSignV3(const HttpRequest& request,
                           const std::vector<std::string>& signed_headers) {
  return "ACS3-HMAC-SHA256\n" + Sha256Hex(CanonicalRequestV3(request, signed_headers));
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return base::ToHex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace cloudapi
